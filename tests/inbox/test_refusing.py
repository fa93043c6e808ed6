from __future__ import annotations

import base64
import gzip
import json
import socket
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rookery.envelope import Envelope, Item
from tests.inbox.running import AUTH, RunningInbox, envelope_of, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

EVENT = {"message": "tea is out"}
GOOD = envelope_of(EVENT)
MIB = 1024 * 1024
TWO_EVENTS = Envelope({}, [Item.from_json("event", EVENT)] * 2).serialize()


@pytest.mark.parametrize(
    ("endpoint", "body", "headers", "cause"),
    [
        ("envelope", b"", {}, "it is empty"),
        ("envelope", b"no json\n", {}, "at byte 0"),
        ("envelope", b'{}\n{"type":"event","length":9}\n{}', {}, "(at byte "),
        ("envelope", b'{}\n{"type":"event","length":2}\n{} \n', {}, "(at byte "),
        ("envelope", b'{}\r\n{"type":"session"}\n{}', {}, "(at byte 2)"),
        ("envelope", TWO_EVENTS, {}, "2 items of type event; an envelope holds at most one"),
        ("envelope", envelope_of([1]), {}, "an event is a JSON object, not list"),
        ("envelope", b'{}\n{"type":"event"}\n{"a":', {}, "Expecting value"),
        ("envelope", b'{}\n{"type":"event"}\n\xff', {}, "decode"),
        ("envelope", envelope_of(EVENT, "12"), {}, "an event id has 32 hex digits, not '12'"),
        ("envelope", envelope_of({"event_id": 7}), {}, "an event id is a string, not 7"),
        ("envelope", GOOD, {"Content-Encoding": "lzma"}, "known: gzip, x-gzip, deflate, br, zstd"),
        ("envelope", GOOD, {"Content-Encoding": "gzip"}, "the body is not gzip"),
        ("envelope", gzip.compress(GOOD, mtime=0)[:-5], {"Content-Encoding": "gzip"}, "in the middle"),
        ("envelope", GOOD, {"Content-Encoding": "deflate"}, "the body is not deflate"),
        ("envelope", zlib.compress(GOOD)[:-5], {"Content-Encoding": "deflate"}, "in the middle"),
        ("envelope", GOOD, {"Content-Encoding": "br"}, "the body is not br"),
        ("envelope", b"\x8b", {"Content-Encoding": "br"}, "in the middle"),
        ("envelope", GOOD, {"Content-Encoding": "zstd"}, "the body is not zstd"),
        ("store", b"[]", {}, "an event is a JSON object, not list"),
        ("store", b"{", {}, "Expecting"),
        ("store", b"not base64!", {}, "the body is neither JSON nor base64"),
        ("store", base64.b64encode(zlib.compress(b"{}")[:-3]), {}, "in the middle"),
        ("store", b'{"a":' * 500 + b"1" + b"}" * 500, {}, "nested deeper than 128 levels"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused_with_its_cause(
    inbox: RunningInbox,
    project: str,
    endpoint: str,
    body: bytes,
    headers: dict[str, str],
    cause: str,
) -> None:
    answer = inbox.request("POST", f"/api/{project}/{endpoint}/", body, {**AUTH, **headers})

    assert answer.status == 400
    assert answer.json["detail"]
    assert cause in " / ".join(answer.json["causes"])
    assert cause in answer.headers["X-Sentry-Error"]
    assert inbox.events(project) == []


def test_a_zstd_body_that_was_cut_is_refused(inbox: RunningInbox, project: str) -> None:
    zstandard = pytest.importorskip("zstandard")
    body = zstandard.ZstdCompressor().compress(GOOD)[:-1]

    answer = inbox.post(project, body, Content_Encoding="zstd")

    assert answer.status == 400
    assert answer.json["causes"] == ["the body is not zstd", "it stops in the middle"]


@pytest.mark.parametrize(
    ("headers", "query", "dsn", "status", "cause"),
    [
        ({}, "", None, 403, "give a key: header X-Sentry-Auth"),
        ({"X-Sentry-Auth": "Sentry sentry_version=7"}, "", None, 403, "give a key"),
        ({"X-Sentry-Auth": "Bearer k"}, "", None, 401, "Sentry sentry_key=KEY"),
        ({"X-Sentry-Auth": "Sentry k"}, "", None, 401, "name=value"),
        (AUTH, "?sentry_key=other", None, 400, "of the header is not the key of the query"),
        (AUTH, "", "https://other@h/{}", 400, "not the key of the envelope's dsn"),
        (AUTH, "", "https://k@h/other", 400, "dsn is for project 'other'"),
        (AUTH, "", "nonsense", 400, "DSN"),
        (AUTH, "", 7, 400, "DSN"),
    ],
)
def test_a_key_that_is_missing_or_in_doubt_is_refused(
    inbox: RunningInbox,
    project: str,
    headers: dict[str, str],
    query: str,
    dsn: object,
    status: int,
    cause: str,
) -> None:
    envelope = Envelope.parse(GOOD)
    if dsn:
        named = dsn.format(project) if isinstance(dsn, str) else dsn
        envelope = envelope.with_headers(dsn=named)
    body = envelope.serialize()

    answer = inbox.request("POST", f"/api/{project}/envelope/{query}", body, headers)

    assert answer.status == status
    assert cause in " / ".join(answer.json["causes"])
    assert inbox.events(project) == []


def test_a_cause_never_shows_the_secret_of_a_dsn(inbox: RunningInbox, project: str) -> None:
    body = Envelope.parse(GOOD).with_headers(dsn="https://key:hidden@h/").serialize()

    answer = inbox.post(project, body)

    assert answer.status == 400
    assert "hidden" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
@pytest.mark.parametrize(
    ("endpoint", "body", "cause"),
    [
        ("envelope", envelope_of({"message": "x" * 1000}), "the event is over the limit of 1000"),
        ("store", json.dumps({"message": "x" * 1000}).encode(), "the event is over the limit of"),
        ("envelope", b"x" * 100_001, "the body is over the limit of 100000"),
        ("envelope", b"x" * 8 * MIB, "the body is over the limit of 100000"),
    ],
)
def test_what_is_too_large_is_refused_as_such(
    small_inbox: RunningInbox, project: str, endpoint: str, body: bytes, cause: str, chunked: bool
) -> None:
    answer = small_inbox.post(project, iter([body]) if chunked else body, endpoint)

    assert answer.status == 413
    assert cause in answer.json["causes"][0]


def test_a_client_in_the_middle_of_sending_far_too_much_is_heard_out(
    small_inbox: RunningInbox, project: str
) -> None:
    far_too_much = (bytes(MIB) for _ in range(120))

    assert small_inbox.post(project, far_too_much).status == 413


def test_the_limits_are_those_of_sentry(inbox: RunningInbox, project: str) -> None:
    largest = {"message": "x" * (MIB - len('{"message":""}'))}
    attachment = Item("attachment", bytes(3 * MIB))

    fits = inbox.post(project, envelope_of(largest, new_id(), attachment))
    is_over = inbox.post(project, envelope_of({"message": largest["message"] + "x"}))

    assert (fits.status, is_over.status) == (200, 413)


def brotli(body: bytes) -> bytes:
    squeezed: bytes = pytest.importorskip("brotli").compress(body, quality=5)
    return squeezed


def zstd(body: bytes) -> bytes:
    squeezed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(body)
    return squeezed


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli),
        ("zstd", zstd),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    ],
)
def test_a_bomb_is_refused_before_it_goes_off(
    small_inbox: RunningInbox, project: str, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    bomb = compress(bytes(64 * MIB))
    assert len(bomb) < 100_000
    small_inbox.post(project, GOOD, Content_Encoding="gzip")
    before = peak_memory(small_inbox)

    answer = small_inbox.post(project, bomb, Content_Encoding=encoding)

    assert answer.status == 413
    assert peak_memory(small_inbox) - before < 32 * MIB


def test_a_bomb_in_base64_is_refused_as_well(small_inbox: RunningInbox, project: str) -> None:
    bomb = base64.b64encode(zlib.compress(bytes(16 * MIB)))

    assert small_inbox.post(project, bomb, "store").status == 413


def peak_memory(inbox: RunningInbox) -> int:
    """Bytes, of the process of the inbox."""
    status = Path(f"/proc/{inbox.process.pid}/status")
    if not status.exists():
        pytest.skip("the peak of a process is read from /proc")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/1/envelope/", "POST, OPTIONS"),
        ("PUT", "/api/1/store/", "POST, OPTIONS"),
        ("POST", "/api/0/events/", "GET"),
        ("DELETE", "/", "GET"),
    ],
)
def test_the_wrong_method_is_told_the_right_one(
    inbox: RunningInbox, method: str, path: str, allowed: str
) -> None:
    answer = inbox.request(method, path, b"x" if method == "POST" else None)

    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert answer.json == {"detail": "method not allowed", "causes": []}


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/1/minidump/", "/api//envelope/", "/assets/x.css"]
)
def test_a_path_that_is_not_there_is_not_found(inbox: RunningInbox, path: str) -> None:
    assert inbox.get(path).status == 404
    assert inbox.request("POST", path, b"x" * MIB).status in (404, 405)


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(
    inbox: RunningInbox, project: str
) -> None:
    for _ in range(5):
        with socket.create_connection((inbox.dsn.host, inbox.dsn.port or 80)) as connection:
            head = f"POST /api/{project}/envelope/ HTTP/1.1\r\nHost: {inbox.dsn.netloc}\r\n"
            connection.sendall(f"{head}Content-Length: 500\r\n\r\n".encode() + GOOD)

    assert inbox.get("/health").status == 200
    assert inbox.events(project) == []
