from __future__ import annotations

import re
from html.parser import HTMLParser

from rookery.envelope import Item
from tests.inbox.running import RunningInbox, envelope_of, new_id

NASTY = "<script>alert('x')</script>\"&"
FRAMES = [
    {
        "filename": "app.py",
        "lineno": 8,
        "function": "main",
        "in_app": True,
        "pre_context": ["def main():"],
        "context_line": "    buy('tea')",
        "post_context": [""],
        "vars": {"argv": ["app.py"]},
    },
    {"filename": "lib/http.py", "lineno": 99, "function": "post", "module": "lib.http"},
]
EVENT = {
    "exception": {
        "values": [
            {"type": "KeyError", "value": "'tea'", "stacktrace": {"frames": FRAMES}},
            {
                "type": "OrderError",
                "value": "no tea",
                "module": "shop.errors",
                "mechanism": {"type": "excepthook", "handled": False},
                "stacktrace": {"frames": FRAMES},
            },
        ]
    },
    "breadcrumbs": {"values": [{"category": "stock", "message": "looked up", "data": {"n": 2}}]},
    "tags": {"transport": "threaded"},
    "user": {"id": 7},
    "contexts": {"runtime": {"name": "CPython"}},
    "modules": {"urllib3": "2.0"},
}


class Page(HTMLParser):
    """The text that a reader sees, and the elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self._texts))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    def links(self) -> list[str | None]:
        return [found.get("href") for tag, found in self.elements if tag == "a"]


def page(inbox: RunningInbox, path: str) -> Page:
    answer = inbox.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    return Page(answer.text)


def test_the_list_links_to_each_event(inbox: RunningInbox, project: str) -> None:
    event_id = inbox.post(project, envelope_of(EVENT)).json["id"]

    listed = page(inbox, f"/?project={project}")

    assert "OrderError: no tea" in listed.text
    assert "app.py:8 in main" in listed.text
    assert f"/events/{event_id}/?project={project}" in listed.links()


def test_the_page_of_an_event_shows_all_of_it(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    note = Item("attachment", b"12345", {"filename": "note.txt"})
    inbox.post(project, envelope_of(EVENT, event_id, note))

    shown = page(inbox, f"/events/{event_id}/?project={project}").text

    for text in (
        "OrderError: no tea",
        "shop.errors",
        "mechanism excepthook",
        "unhandled",
        "KeyError: 'tea'",
        "lib/http.py:99 in post",
        "8 buy('tea')",
        'argv ["app.py"]',
        'stock looked up {"n": 2}',
        "transport threaded",
        "runtime".capitalize(),
        "name CPython",
        "urllib3 2.0",
        "note.txt, 5 bytes",
        f"event id {event_id}",
        '"handled": false',
    ):
        assert text in shown
    assert shown.index("OrderError: no tea") < shown.index("which came from KeyError")


def test_the_frame_to_look_at_is_open_and_the_others_are_not(
    inbox: RunningInbox, project: str
) -> None:
    event_id = inbox.post(project, envelope_of(EVENT)).json["id"]

    shown = page(inbox, f"/events/{event_id}/")

    frames = [found for tag, found in shown.elements if tag == "details" and "frame" in str(found)]
    assert [("own" in str(found["class"]), "open" in found) for found in frames] == [
        (False, False),
        (True, True),
    ] * 2


def test_nothing_that_was_sent_becomes_markup(inbox: RunningInbox, project: str) -> None:
    frame = {"filename": NASTY, "function": NASTY, "vars": {NASTY: NASTY}, "context_line": NASTY}
    error = {"type": NASTY, "value": NASTY, "module": NASTY, "stacktrace": {"frames": [frame]}}
    table = {NASTY: NASTY}
    event = {
        "exception": [error],
        "message": NASTY,
        "level": NASTY,
        "breadcrumbs": [{"category": NASTY, "message": NASTY, "level": NASTY, "data": table}],
        "tags": table,
        "extra": table,
        "contexts": {NASTY: table},
        "modules": table,
        "release": NASTY,
        "environment": NASTY,
        "threads": [{"name": NASTY, "stacktrace": {"frames": [frame]}}],
    }
    note = Item(NASTY, b"x", {"filename": NASTY})
    event_id = inbox.post(project, envelope_of(event, new_id(), note)).json["id"]

    for path in (f"/events/{event_id}/?project={project}", f"/?project={project}"):
        shown = page(inbox, path)
        assert "script" not in {tag for tag, _ in shown.elements}
        assert "alert" not in " ".join(name for _, found in shown.elements for name in found)
        assert NASTY in shown.text


def test_a_project_cannot_break_out_of_a_link(inbox: RunningInbox) -> None:
    inbox.post("a%22%3E%3Cscript%3E%26b", envelope_of(EVENT))

    listed = page(inbox, "/?limit=1")

    assert "script" not in {tag for tag, _ in listed.elements}
    (link,) = [link for link in listed.links() if "/events/" in str(link)]
    assert inbox.get(str(link)).status == 200


def test_a_page_may_run_and_load_nothing_but_its_style(inbox: RunningInbox) -> None:
    answer = inbox.get("/")

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script" not in {tag for tag, _ in Page(answer.text).elements}
    style = inbox.get("/assets/inbox.css")
    assert (style.status, style.headers["Content-Type"]) == (200, "text/css; charset=UTF-8")


def test_an_empty_list_says_what_to_type(inbox: RunningInbox, project: str) -> None:
    shown = page(inbox, f"/?project={project}")

    assert f'rookery.init("http://inbox@{inbox.dsn.netloc}/1")' in shown.text


def test_the_list_leads_to_older_events_until_there_are_none(
    inbox: RunningInbox, project: str
) -> None:
    for number in range(5):
        inbox.post(project, envelope_of({"message": f"number {number}"}))

    first = page(inbox, f"/?project={project}&limit=3")
    (older,) = [link for link in first.links() if link and "before=" in link]
    second = page(inbox, older)

    assert "number 2" in first.text
    assert "number 1" not in first.text
    assert "number 1" in second.text
    assert [link for link in second.links() if link and "before=" in link] == []
