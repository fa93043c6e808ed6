"""What arrives, and how it is written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING

from rookery.testing.conformance.check import Unsuitable, check
from rookery.testing.server import PROJECT, PUBLIC_KEY
from rookery.transport.settings import LEVELS

if TYPE_CHECKING:
    from rookery.envelope import Envelope
    from rookery.testing.conformance.rig import Rig

USER_AGENT = re.compile(r"[\w.-]+/\d[\w.+-]*( \(.+\))?")
CODEC_LIBRARIES = {"none": "zlib", "gzip": "zlib", "br": "brotli", "zstd": "zstandard"}
TOLERANCE = timedelta(minutes=1)


def need_every_byte(rig: Rig) -> None:
    """Raise :class:`Unsuitable` where nobody can tell the bytes that arrived."""
    if rig.backend.abridges:
        raise Unsuitable(f"what {rig.backend} delivers is written for people")


def assert_same(arrived: Envelope, sent: Envelope) -> None:
    """Equal to the last byte, but for the date of sending."""
    headers = {name: value for name, value in arrived.headers.items() if name != "sent_at"}
    assert headers == dict(sent.headers), f"envelope headers {headers}, not {dict(sent.headers)}"
    expected = [item.payload for item in sent.items]
    payloads = [item.payload for item in arrived.items]
    assert payloads == expected, f"payloads {payloads}, not {expected}"
    types = [item.type for item in arrived.items]
    assert types == [item.type for item in sent.items], f"items {types}"


@check()
def events_arrive_in_order_and_byte_for_byte(rig: Rig) -> None:
    """What is submitted arrives in order, byte for byte, and once."""
    need_every_byte(rig)
    transport = rig.build()
    sent = [rig.envelope(number, rig.attachment()) for number in range(20)]
    taken = [transport.submit(envelope) for envelope in sent]
    rig.settle(transport)
    assert all(taken), f"refused: {taken}"
    assert rig.numbers() == list(range(20)), f"arrived: {rig.numbers()}"
    for arrived, envelope in zip(rig.received(), sent, strict=True):
        assert_same(arrived, envelope)
    assert transport.stats.delivered == 40, f"two items of twenty envelopes: {transport.stats}"


@check()
def a_large_envelope_arrives_whole(rig: Rig) -> None:
    """An envelope of a mebibyte arrives whole."""
    need_every_byte(rig)
    transport = rig.build()
    sent = rig.envelope(1, rig.attachment(bytes(range(256)) * 4096))
    transport.submit(sent)
    rig.settle(transport)
    (arrived,) = rig.received()
    assert_same(arrived, sent)


@check()
def an_envelope_without_items_is_nothing(rig: Rig) -> None:
    """An envelope without items is neither sent nor counted."""
    transport = rig.build()
    transport.submit(rig.envelope().with_items([]))
    rig.settle(transport)
    assert rig.received() == [], "an envelope without items was sent"
    assert transport.stats.offered == 0, str(transport.stats)


@check()
def what_cannot_be_serialised_is_counted(rig: Rig) -> None:
    """An item that is no JSON is a loss of its own making, and the next event arrives."""
    from rookery.envelope import Item

    transport = rig.build()
    transport.submit(rig.envelope().with_items([Item.from_json("event", {"x": float("nan")})]))
    rig.submit(transport, 1)
    rig.settle(transport)
    assert rig.numbers() == [1], f"arrived: {rig.numbers()}"
    losses = rig.losses(transport)
    assert losses == {("internal_sdk_error", "error"): 1}, str(losses)


@check("http")
def a_request_says_what_it_is_and_whose(rig: Rig) -> None:
    """An envelope is posted to its endpoint, with the key, the type and the name of the sender."""
    transport = rig.build()
    rig.submit(transport, 1)
    rig.settle(transport)
    (request,) = rig.server.requests
    assert request.method == "POST", request.method
    assert request.target == f"/api/{PROJECT}/envelope/", request.target
    kind = request.headers.get("Content-Type")
    assert kind == "application/x-sentry-envelope", f"Content-Type: {kind}"
    length = request.headers.get("Content-Length")
    assert length == str(len(request.body)), f"Content-Length: {length}"
    agent = request.headers.get("User-Agent", "")
    assert USER_AGENT.fullmatch(agent), f"User-Agent: {agent!r}"
    auth = dict(request.auth)
    client = auth.pop("sentry_client", "")
    assert client.partition("/")[0] == "rookery.python", f"sentry_client={client}"
    assert auth == {"sentry_key": PUBLIC_KEY, "sentry_version": "7"}, str(request.headers)


@check("http")
def a_secret_is_passed_on(rig: Rig) -> None:
    """A secret in the DSN is passed on, in the auth header alone."""
    transport = rig.build(rig.server.dsn.replace(PUBLIC_KEY, f"{PUBLIC_KEY}:hush"))
    rig.submit(transport, 1)
    rig.settle(transport)
    (request,) = rig.server.requests
    assert request.auth.get("sentry_secret") == "hush", str(request.headers)
    assert "hush" not in request.target, f"the secret is in the address: {request.target}"
    assert b"hush" not in request.decoded, "the secret is in the body"


@check("http")
def a_path_before_the_project_is_kept(rig: Rig) -> None:
    """A server mounted below a path is found there."""
    transport = rig.build(rig.server.dsn.replace(f"/{PROJECT}", f"/a/b/{PROJECT}"))
    rig.submit(transport, 1)
    rig.settle(transport)
    (request,) = rig.server.requests
    assert request.target == f"/a/b/api/{PROJECT}/envelope/", request.target


@check()
def an_envelope_is_dated_once_when_it_leaves(rig: Rig) -> None:
    """``sent_at`` stands once in each envelope: a date with a zone, taken when it leaves."""
    transport = rig.build()
    for number in range(3):
        rig.submit(transport, number)
        rig.settle(transport)
    moments = [datetime.fromisoformat(_sent_at(envelope)) for envelope in rig.received()]
    assert all(moment.tzinfo is not None for moment in moments), f"without a zone: {moments}"
    age = datetime.now(timezone.utc) - moments[0]
    assert abs(age) < TOLERANCE, f"dated {age} ago"
    assert all(before < after for before, after in pairwise(moments)), f"not now: {moments}"


def _sent_at(envelope: Envelope) -> str:
    header = envelope.serialize().splitlines()[0]
    assert header.count(b'"sent_at"') == 1, f"envelope header: {header!r}"
    return str(envelope.headers["sent_at"]).replace("Z", "+00:00")


@check("http", settings="compression")
def every_codec_compresses(rig: Rig) -> None:
    """The body is compressed by the codec that was asked for, and by no other."""
    for codec, library in CODEC_LIBRARIES.items():
        if find_spec(library):
            _assert_compressed(rig, codec)


@check("http", settings="compression compression_level")
def a_level_says_how_hard(rig: Rig) -> None:
    """The highest ``compression_level`` of a codec makes a smaller body than its lowest."""
    for codec, levels in LEVELS.items():
        if find_spec(CODEC_LIBRARIES[codec]):
            low, high = (_compressed_size(rig, codec, level) for level in levels)
            assert high < low, f"{codec}: {high} bytes at level {levels[1]}, {low} at {levels[0]}"


def _compressed_size(rig: Rig, codec: str, level: int) -> int:
    rig.serve()
    transport = rig.build(compression=codec, compression_level=level)
    text = " ".join(f"{n * n} {n % 97} and {n**3}" for n in range(600)).encode()
    transport.submit(rig.envelope(1, rig.attachment(text)))
    rig.settle(transport)
    (request,) = rig.server.requests
    return len(request.body)


def _assert_compressed(rig: Rig, codec: str) -> None:
    rig.serve()
    transport = rig.build(compression=codec)
    sent = rig.envelope(1, rig.attachment(b"again and " * 1000))
    transport.submit(sent)
    rig.settle(transport)
    (request,) = rig.server.requests
    coding = request.headers.get("Content-Encoding", "none")
    assert coding == codec, f"compression={codec}, and Content-Encoding: {coding}"
    assert_same(request.envelope, sent)
    is_smaller = len(request.body) < 5000
    assert is_smaller is (codec != "none"), f"{codec}: {len(request.body)} bytes"
