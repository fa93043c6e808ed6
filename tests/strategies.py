"""Hypothesis strategies for the values that travel: DSNs, items, envelopes, and damaged bytes."""

from __future__ import annotations

from hypothesis import strategies as st

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item

KNOWN_TYPES = ("event", "attachment", "session", "client_report", "log")
RESERVED_KEYS = {"type", "length"}
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def _printable(without: str) -> st.SearchStrategy[str]:
    return st.text("".join(sorted(set(PRINTABLE) - set(without))), min_size=1, max_size=12)


def _names() -> st.SearchStrategy[str]:
    return st.text("abcXYZ019._-", min_size=1, max_size=8)


def _hosts() -> st.SearchStrategy[str]:
    names = st.text("abcXYZ019._-", min_size=1, max_size=20)
    zones = st.sampled_from(["", "%eth0", "%25Wlan1"])
    addresses = st.builds("{}{}".format, st.ip_addresses(v=6), zones)
    return st.one_of(names, st.ip_addresses(v=4).map(str), addresses, st.just("o42.ingest.io"))


def _paths() -> st.SearchStrategy[str]:
    segments = st.lists(_printable("/?#"), max_size=3)
    return segments.map(lambda found: "".join(f"/{segment}" for segment in found))


def dsns() -> st.SearchStrategy[Dsn]:
    """Every part at its widest: any transport, keys, IPv6 hosts, paths, options of any text."""
    return st.builds(
        Dsn,
        scheme=st.sampled_from(["http", "https"]),
        public_key=_printable(":/?#@"),
        host=_hosts(),
        project_id=_printable("/?#"),
        port=st.none() | st.integers(1, 65535) | st.sampled_from([80, 443]),
        path=_paths(),
        secret_key=st.none() | _printable("/?#@"),
        transport=st.none() | st.lists(_names(), min_size=1, max_size=3).map("+".join),
        options=st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=3).map(tuple),
    )


def texts() -> st.SearchStrategy[str]:
    """Any text, halves of surrogate pairs included."""
    return st.text(st.characters(), max_size=20)


def json_values() -> st.SearchStrategy[object]:
    """All that JSON can say, and a tuple for a list now and then."""
    plain: st.SearchStrategy[object] = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        texts(),
    )
    return st.recursive(
        plain,
        lambda held: st.one_of(
            st.lists(held, max_size=3),
            st.lists(held, max_size=3).map(tuple),
            st.dictionaries(texts(), held, max_size=3),
        ),
        max_leaves=6,
    )


def headers() -> st.SearchStrategy[dict[str, object]]:
    """What an envelope or an item may have in its header."""
    keys = texts().filter(lambda key: key not in RESERVED_KEYS)
    return st.dictionaries(keys, json_values(), max_size=4)


def items() -> st.SearchStrategy[Item]:
    """Known and unknown types, made of bytes or of a JSON value."""
    types = st.sampled_from(KNOWN_TYPES) | st.text()
    return st.one_of(
        st.builds(Item, types, st.binary(max_size=40), headers()),
        st.builds(Item.from_json, types, json_values(), headers()),
    )


def envelopes() -> st.SearchStrategy[Envelope]:
    """Up to three items under any headers."""
    return st.builds(Envelope, headers(), st.lists(items(), max_size=3))


@st.composite
def damaged_envelopes(draw: st.DrawFn) -> bytes:
    """An envelope's bytes with a piece of them cut out or overwritten."""
    data = draw(envelopes()).serialize()
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 8)))
    patch = draw(
        st.binary(max_size=4)
        | st.sampled_from(
            [b"\n", b"\r\n", b"\n\n", b"{}", b'{"length":-1}', b"1e999", b"NaN", b"["]
        )
    )
    return data[:start] + patch + data[end:]
