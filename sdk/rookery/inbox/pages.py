"""The pages: a list of events, and one event whole. They need no script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from tornado.template import DictLoader

from rookery.inbox.api import Listing, find
from rookery.inbox.handlers import Handler, Reader
from rookery.inbox.reading import write_time
from rookery.inbox.refusals import NOT_FOUND, Refusal
from rookery.inbox.views import event_view

TEMPLATES = ("layout.html", "list.html", "event.html", "frames.html")
TYPES = {"inbox.css": "text/css; charset=UTF-8"}
"""What is served as it is."""
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""Nothing that an event says can run, should it ever slip through unescaped."""


@cache
def asset(name: str) -> str:
    """The text of a file of the package, which may be inside a zip."""
    return (files("rookery.inbox") / "assets" / name).read_text(encoding="utf-8")


@cache
def templates() -> DictLoader:
    """Every value is escaped unless a template says otherwise, and none does."""
    return DictLoader({name: asset(name) for name in TEMPLATES}, whitespace="all")


def show(handler: Reader, name: str, **values: Any) -> None:
    """Answer with a page."""
    handler.set_header("Content-Security-Policy", POLICY)
    handler.set_header("Referrer-Policy", "no-referrer")
    handler.finish(templates().load(name).generate(clock=write_time, **values))


class ListPage(Listing):
    """``GET /?project=&limit=&before=``: the events, the newest first."""

    async def get(self) -> None:
        project = self.get_query_argument("project", None) or None
        before, limit = self.page()
        lines = await self.inbox.run(self.inbox.store.events, project, before, limit)
        older = self.later_page(lines[-1].sequence) if len(lines) == limit else None
        dsn = f"{self.request.protocol}://inbox@{self.request.host}/1"
        show(self, "list.html", lines=lines, older=older, project=project, before=before, dsn=dsn)


class EventPage(Reader):
    """``GET /events/<id>/?project=``: an event whole."""

    async def get(self, event_id: str) -> None:
        stored = await find(self, event_id)
        show(self, "event.html", line=stored.line, view=event_view(stored))


class Asset(Handler):
    """``GET /assets/<name>``: the style sheet."""

    def get(self, name: str) -> None:
        if name not in TYPES:
            raise Refusal(NOT_FOUND, "not found", f"there is {', '.join(TYPES)}")
        self.set_header("Content-Type", TYPES[name])
        self.finish(asset(name))
