from __future__ import annotations

import base64
import gzip
import http.client
import json
import threading
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from rookery.envelope import Envelope, Item
from tests.inbox.running import AUTH, PATIENCE, RunningInbox, envelope_of, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENT = {"message": "tea is out", "level": "warning", "platform": "python"}


def raw_deflate(body: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeezer.compress(body) + squeezer.flush()


def two_members(body: bytes) -> bytes:
    return gzip.compress(body[:50]) + gzip.compress(body[50:])


def brotli(body: bytes) -> bytes:
    squeezed: bytes = pytest.importorskip("brotli").compress(body)
    return squeezed


def zstd(body: bytes) -> bytes:
    squeezed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(body)
    return squeezed


def zstd_without_size(body: bytes) -> bytes:
    squeezer = pytest.importorskip("zstandard").ZstdCompressor(write_content_size=False)
    squeezed: bytes = squeezer.compress(body[:50]) + squeezer.compress(body[50:])
    return squeezed


CODECS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("identity", bytes),
    ("gzip", gzip.compress),
    ("GZIP", two_members),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli),
    ("zstd", zstd),
    ("zstd", zstd_without_size),
    ("gzip, br", lambda body: brotli(gzip.compress(body))),
]


def test_an_event_is_answered_with_its_id_and_kept(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()

    answer = inbox.post(project, envelope_of({**EVENT, "event_id": event_id}, event_id))

    assert (answer.status, answer.json) == (200, {"id": event_id})
    assert inbox.event(event_id, project)["event"] == {**EVENT, "event_id": event_id}


@pytest.mark.parametrize(("encoding", "compress"), CODECS)
@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
@pytest.mark.parametrize("endpoint", ["envelope", "store"])
def test_each_encoding_is_read(
    inbox: RunningInbox,
    project: str,
    endpoint: str,
    chunked: bool,
    encoding: str,
    compress: Callable[[bytes], bytes],
) -> None:
    event_id = new_id()
    event = {**EVENT, "event_id": event_id, "extra": {"long": "tea " * 60_000}}
    plain = json.dumps(event).encode() if endpoint == "store" else envelope_of(event, event_id)
    body: Any = compress(plain)

    answer = inbox.post(
        project, in_pieces(body) if chunked else body, endpoint, Content_Encoding=encoding
    )

    assert answer.status == 200
    assert inbox.event(event_id, project)["event"] == event


def in_pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 777):
        yield body[start : start + 777]


@pytest.mark.parametrize(
    "wrap",
    [bytes, zlib.compress, base64.b64encode, lambda body: base64.b64encode(zlib.compress(body))],
    ids=["json", "zlib", "base64", "base64 of zlib"],
)
def test_the_store_endpoint_sees_by_itself_how_a_body_is_wrapped(
    inbox: RunningInbox, project: str, wrap: Callable[[bytes], bytes]
) -> None:
    event_id = new_id()
    body = wrap(json.dumps({**EVENT, "event_id": event_id}).encode())

    answer = inbox.post(project, body, "store", Content_Type="application/octet-stream")

    assert (answer.status, answer.json) == (200, {"id": event_id})
    assert inbox.events(project)[0]["title"] == "tea is out"


def test_an_envelope_posted_to_the_store_endpoint_is_read_as_one(
    inbox: RunningInbox, project: str
) -> None:
    event_id = new_id()

    answer = inbox.post(
        project,
        envelope_of(EVENT, event_id),
        "store",
        Content_Type="application/x-sentry-envelope",
    )

    assert answer.json == {"id": event_id}


@pytest.mark.parametrize(
    "path", ["/api/{}/envelope/", "/api/{}/envelope", "/sentry/eu/api/{}/envelope/"]
)
def test_any_path_prefix_is_taken(inbox: RunningInbox, project: str, path: str) -> None:
    answer = inbox.request("POST", path.format(project), envelope_of(EVENT), AUTH)

    assert answer.status == 200
    assert len(inbox.events(project)) == 1


@pytest.mark.parametrize(
    ("headers", "query", "dsn"),
    [
        (AUTH, "", None),
        ({"X-Sentry-Auth": "sentry sentry_version=7,sentry_key=k"}, "", None),
        ({"Authorization": "Sentry sentry_key=k, sentry_version=7"}, "", None),
        ({}, "?sentry_key=k&sentry_version=7", None),
        ({"X-Sentry-Auth": ""}, "", "https://k@errors.example.com/{}"),
        (AUTH, "?sentry_key=k", "https://k:old@errors.example.com/prefix/{}"),
    ],
    ids=["header", "terse header", "authorization", "query", "envelope", "all three"],
)
def test_the_key_may_be_in_each_place(
    inbox: RunningInbox, project: str, headers: dict[str, str], query: str, dsn: str | None
) -> None:
    event_id = new_id()
    envelope = Envelope.parse(envelope_of(EVENT, event_id))
    if dsn:
        envelope = envelope.with_headers(dsn=dsn.format(project))

    answer = inbox.request(
        "POST", f"/api/{project}/envelope/{query}", envelope.serialize(), headers
    )

    assert answer.status == 200
    assert inbox.event(event_id, project)["key"] == "k"


def test_the_id_of_the_envelope_wins(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()

    inbox.post(project, envelope_of({**EVENT, "event_id": new_id()}, event_id))

    assert [line["id"] for line in inbox.events(project)] == [event_id]
    assert inbox.event(event_id, project)["event"]["event_id"] == event_id


def test_an_id_with_dashes_and_capitals_is_the_same_id(inbox: RunningInbox, project: str) -> None:
    dashed = "ABCDEF01-2345-6789-abcd-ef0123456789"

    answer = inbox.post(project, envelope_of(EVENT, dashed))

    assert answer.json == {"id": "abcdef0123456789abcdef0123456789"}
    assert inbox.event(dashed, project)["id"] == answer.json["id"]


def test_an_event_without_an_id_is_given_one(inbox: RunningInbox, project: str) -> None:
    answer = inbox.post(project, envelope_of(EVENT))

    assert inbox.event(answer.json["id"], project)["event"]["message"] == "tea is out"


def test_an_event_that_comes_twice_is_kept_once(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    notes = [Item("attachment", b"the same", {"filename": name}) for name in ("a", "b")]
    twins = [Item("attachment"), Item("attachment")]
    body = envelope_of(EVENT, event_id, *notes, *twins)

    answers = [inbox.post(project, body) for _ in range(2)]

    assert [answer.json for answer in answers] == [{"id": event_id}] * 2
    assert len(inbox.events(project)) == 1
    assert len(inbox.event(event_id, project)["items"]) == 4


def test_one_id_in_two_projects_is_two_events(inbox: RunningInbox, project: str) -> None:
    event_id, other = new_id(), project + "-2"

    inbox.post(project, envelope_of({"message": "one"}, event_id))
    inbox.post(other, envelope_of({"message": "two"}, event_id))

    assert inbox.event(event_id, project)["title"] == "one"
    assert inbox.event(event_id, other)["title"] == "two"
    assert inbox.get(f"/api/0/events/{event_id}/").json["title"] == "two"


def test_an_envelope_without_an_event_is_answered_without_an_id(
    inbox: RunningInbox, project: str
) -> None:
    report = Item.from_json("client_report", {"discarded_events": []})

    answers = [inbox.post(project, Envelope({}, [report]).serialize()) for _ in range(2)]

    assert [(answer.status, answer.json) for answer in answers] == [(200, {})] * 2
    kept = inbox.get("/api/0/items/?type=client_report").json
    assert [item["json"] for item in kept if item["project"] == project] == [
        {"discarded_events": []}
    ] * 2


def test_a_transaction_is_kept_beside_the_events(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    body = json.dumps({"type": "transaction", "event_id": event_id, "transaction": "/tea"})

    answer = inbox.post(project, body, "store")

    assert answer.json == {"id": event_id}
    assert inbox.events(project) == []
    newest = inbox.get("/api/0/items/?type=transaction&limit=1").json[0]
    assert newest["json"]["transaction"] == "/tea"


def test_items_of_every_kind_come_back_as_they_were_sent(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    picture = Item("attachment", b"\x89PNG\n\r\x00\xff", {"filename": "a.png", "odd": [1]})
    unknown = Item("from_the_future", b'{"a": 1}')

    inbox.post(project, envelope_of(EVENT, event_id, picture, unknown))

    first, second = inbox.event(event_id, project)["items"]
    assert base64.b64decode(first["base64"]) == picture.payload
    assert (first["headers"]["filename"], first["headers"]["odd"]) == ("a.png", [1])
    assert (second["type"], second["json"]) == ("from_the_future", {"a": 1})


def test_a_browser_may_send_from_any_page(inbox: RunningInbox, project: str) -> None:
    path = f"/api/{project}/envelope/?sentry_key=k&sentry_version=7"
    origin = {"Origin": "https://shop.example.com"}

    asked = inbox.request(
        "OPTIONS",
        path,
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-sentry-auth,content-type",
        },
    )
    sent = inbox.request(
        "POST", path, envelope_of(EVENT), {**origin, "Content-Type": "text/plain;charset=UTF-8"}
    )

    assert asked.status == 204
    allowed = asked.headers["Access-Control-Allow-Headers"].lower()
    assert {"x-sentry-auth", "content-type"} <= set(allowed.split(", "))
    assert (sent.status, sent.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert len(inbox.events(project)) == 1


def test_numbers_that_are_no_json_are_taken_from_old_sdks(
    inbox: RunningInbox, project: str
) -> None:
    event_id = new_id()

    inbox.post(
        project,
        b'{"extra": {"n": NaN, "i": -Infinity}, "event_id": "%s"}' % event_id.encode(),
        "store",
    )

    assert inbox.event(event_id, project)["event"]["extra"] == {"n": None, "i": None}


def test_text_that_no_encoding_can_write_is_taken(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()

    event = {"message": "half a \ud83d face \x00", "event_id": event_id}

    inbox.post(project, json.dumps(event), "store")

    assert inbox.event(event_id, project)["event"]["message"] == "half a ? face \x00"
    assert inbox.get(f"/events/{event_id}/").status == 200
    assert inbox.get(f"/?project={project}").status == 200


def test_many_clients_at_once_lose_nothing(inbox: RunningInbox, project: str) -> None:
    def send_some(number: int) -> None:
        connection = http.client.HTTPConnection(inbox.dsn.netloc, timeout=PATIENCE)
        for count in range(20):
            body = envelope_of({"message": f"{number}-{count}"})
            connection.request("POST", f"/api/{project}/envelope/", body, AUTH)
            connection.getresponse().read()
        connection.close()

    threads = [threading.Thread(target=send_some, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    titles = {
        line["title"] for line in inbox.get(f"/api/0/events/?project={project}&limit=1000").json
    }
    assert titles == {f"{number}-{count}" for number in range(8) for count in range(20)}
