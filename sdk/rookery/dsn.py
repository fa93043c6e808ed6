"""A DSN: one line of text that says where events go, with which key, and by which transport.

::

    [TRANSPORT+]http[s]://PUBLIC_KEY[:SECRET]@HOST[:PORT][/PATH]/PROJECT_ID[?OPTION=VALUE&...]

Rule 1  ``Dsn.parse(str(dsn)) == dsn``, for every ``Dsn`` that can be made.
Rule 2  Only the query is percent-encoded text, and so may hold anything. All that goes to the
        server (keys, host, path, project) is printable ASCII, kept letter by letter and never
        decoded; the host alone is written in lower case.
Rule 3  An error names the faulty part and quotes nothing: a secret may stand in any wrong place.

Source: protocol, "DSN".
"""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from rookery.errors import BadDsn

FORM = "https://PUBLIC_KEY@HOST/PROJECT_ID"
DEFAULT_PORTS = {"http": 80, "https": 443}
HIGHEST_PORT = 65535

_ORGANISATION = re.compile(r"o([0-9]+)\.")
_HOST_NAME = re.compile(r"[a-z0-9._-]+")
_IPV6 = re.compile(r"(?P<address>[0-9a-f:.]+)(%[\w.~-]+)?", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}")
_PRINTABLE = "[!-~]"
"""Of ASCII, without the blank. What a part may not hold of it is looked for ahead of each: a set
of all the other characters would take longer to compile than the rest of this module to load."""


class _Rule(NamedTuple):
    part: str
    pattern: re.Pattern[str]
    place: str
    allowed: str


_RULES = {
    "scheme": _Rule(
        "scheme",
        re.compile(r"https?"),
        "it is http or https",
        "http or https; the name of a transport may stand before it, joined with '+'",
    ),
    "transport": _Rule(
        "transport",
        re.compile(r"[\w.-]+(\+[\w.-]+)*", re.ASCII),
        "it stands before the '+' of the scheme",
        "names joined with '+', each of letters, digits and . _ -",
    ),
    "public_key": _Rule(
        "public key",
        re.compile(rf"((?![:/?#@]){_PRINTABLE})+"),
        "it stands between '://' and '@'",
        "printable ASCII without : / ? # @ or blanks",
    ),
    "secret_key": _Rule(
        "secret key",
        re.compile(rf"((?![/?#@]){_PRINTABLE})+"),
        "leave out its colon too",
        "printable ASCII without / ? # @ or blanks, or, better, left out",
    ),
    "path": _Rule(
        "path",
        re.compile(rf"(/((?![?#]){_PRINTABLE})*(?<!/))?"),
        "it stands before the project id",
        "printable ASCII without ? # or blanks, with '/' in front and not at its end",
    ),
    "project_id": _Rule(
        "project id",
        re.compile(rf"((?![/?#]){_PRINTABLE})+"),
        "it stands last, after a '/'",
        "printable ASCII without / ? # or blanks",
    ),
}
_HOST_RULE = "a name, in its xn-- form if it is not ASCII, or an IPv6 address in brackets"
_PORT_RULE = f"must be a number from 1 to {HIGHEST_PORT}"


class Dsn:
    """Where to send, with which key. Compares and hashes by value; ``repr`` hides the secret.

    ``port`` is None for the default one of the scheme, ``secret_key`` None if it is empty.
    ``transport`` is what stands before the last ``+`` of the scheme (``"threaded+requests"``),
    ``options`` the query, decoded, in order. Making one from bad parts raises :class:`BadDsn`.
    """

    __slots__ = ("host", "options", "path", "port", "project_id", "public_key", "scheme", "secret_key", "transport")  # fmt: skip
    scheme: str
    public_key: str
    host: str
    project_id: str
    port: int | None
    path: str
    secret_key: str | None
    transport: str | None
    options: tuple[tuple[str, str], ...]

    def __init__(
        self,
        scheme: str,
        public_key: str,
        host: str,
        project_id: str,
        port: int | None = None,
        path: str = "",
        secret_key: str | None = None,
        transport: str | None = None,
        options: tuple[tuple[str, str], ...] = (),
    ) -> None:
        put = partial(object.__setattr__, self)
        put("scheme", scheme)
        put("public_key", public_key)
        put("project_id", project_id)
        put("path", path)
        put("secret_key", secret_key)
        put("transport", transport)
        for name, rule in _RULES.items():
            _check(rule, getattr(self, name), optional=name in ("secret_key", "transport"))
        _check_port(port)
        put("port", None if port == DEFAULT_PORTS[scheme] else port)
        _check_options(options)
        put("options", options)
        put("host", _checked_host(host))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Dsn cannot be changed, nor its {name}: make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Dsn cannot be changed, nor its {name} taken away")

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Dsn) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __reduce__(self) -> tuple[object, ...]:
        return type(self).parse, (str(self),)

    @classmethod
    def parse(cls, text: str) -> Dsn:
        """Read a DSN, blanks around it stripped and a ``#fragment`` ignored.

        Raises :class:`BadDsn`, and nothing else, for whatever is not one.
        """
        if not isinstance(text, str):
            raise _bad("value", f"must be text (str), not {type(text).__name__}")
        scheme, mark, rest = text.strip().partition("://")
        if not mark:
            raise _bad("scheme", "is missing: 'http://' or 'https://' stands before the public key")
        rest, _, query = rest.partition("#")[0].partition("?")
        authority, _, path = rest.partition("/")
        keys, _, location = authority.rpartition("@")
        transport, plus, wire = scheme.rpartition("+")
        public_key, _, secret_key = keys.partition(":")
        host, port = _host_and_port(location)
        path, _, project_id = f"/{path}".rpartition("/")
        return cls(
            scheme=wire.lower(),
            public_key=public_key,
            host=host,
            project_id=project_id,
            port=port,
            path=path.rstrip("/"),
            secret_key=secret_key or None,
            transport=transport if plus else None,
            options=_decoded(query),
        )

    @property
    def netloc(self) -> str:
        """``host[:port]``, an IPv6 address in its brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def envelope_url(self) -> str:
        """Where envelopes are posted to."""
        return self._endpoint("envelope")

    @property
    def store_url(self) -> str:
        """Where clients of old post single events to."""
        return self._endpoint("store")

    @property
    def org_id(self) -> str | None:
        """The digits in a host such as ``o42.ingest.sentry.io``."""
        found = _ORGANISATION.match(self.host)
        return found[1] if found else None

    @property
    def public(self) -> str:
        """``//key@host/7``: for browsers, without the secret."""
        return self.public_dsn()

    def public_dsn(self, scheme: str | None = None) -> str:
        """As :attr:`public`, with ``scheme`` and a colon in front if one is given."""
        rest = f"//{self.public_key}@{self.netloc}{self.path}/{self.project_id}"
        return f"{scheme}:{rest}" if scheme else rest

    def __str__(self) -> str:
        return self._written(self.secret_key, self.options)

    def __repr__(self) -> str:
        # A proxy's address among the options may hold a password as well.
        shown = tuple((key, "***" if "@" in value else value) for key, value in self.options)
        return f"<Dsn {self._written(self.secret_key and '***', shown)}>"

    def _endpoint(self, name: str) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}/api/{self.project_id}/{name}/"

    def _written(self, secret: str | None, options: tuple[tuple[str, str], ...]) -> str:
        transport = f"{self.transport}+" if self.transport else ""
        key = f"{self.public_key}:{secret}" if secret else self.public_key
        place = f"{self.netloc}{self.path}/{self.project_id}"
        return f"{transport}{self.scheme}://{key}@{place}{_encoded(options)}"


def _bad(part: str, fault: str) -> BadDsn:
    return BadDsn(f"DSN: the {part} {fault}. The right form: {FORM}")


def _check(rule: _Rule, value: str | None, *, optional: bool) -> None:
    if value is None and optional:
        return
    if not isinstance(value, str) or rule.pattern.fullmatch(value) is None:
        raise _bad(rule.part, f"must be {rule.allowed}" if value else f"is missing: {rule.place}")


def _check_port(port: int | None) -> None:
    if port is not None and not 0 < port <= HIGHEST_PORT:
        raise _bad("port", _PORT_RULE)


def _check_options(options: tuple[tuple[str, str], ...]) -> None:
    if not all(name for name, _ in options):
        raise _bad("query", "has an option without a name: write NAME=VALUE, joined with '&'")
    if not all(_is_text(part) for pair in options for part in pair):
        raise _bad("query", "holds half a surrogate pair, which is no text")


def _is_text(part: str) -> bool:
    try:
        part.encode()
    except UnicodeEncodeError:
        return False
    return True


def _checked_host(host: str) -> str:
    """The host in lower case, but for the zone of an IPv6 address."""
    address, percent, zone = host.partition("%")
    host = f"{address.lower()}{percent}{zone}"
    if not (_is_ipv6(host) if ":" in host else _HOST_NAME.fullmatch(host)):
        fault = f"must be {_HOST_RULE}" if host else "is missing: it stands after the '@'"
        raise _bad("host", fault)
    return host


def _is_ipv6(host: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    found = _IPV6.fullmatch(host)
    try:
        return found is not None and bool(str(IPv6Address(found["address"])))
    except AddressValueError:
        return False


def _host_and_port(location: str) -> tuple[str, int | None]:
    host, _, port = location.partition(":")
    if location.startswith("["):
        host, bracket, port = location[1:].partition("]")
        if ":" not in host or not bracket or port[:1] not in ("", ":"):
            raise _bad("host", "must be an IPv6 address if in brackets; ':PORT' may follow them")
        port = port[1:]
    if port and not _PORT.fullmatch(port):
        raise _bad("port", f"{_PORT_RULE}, and an IPv6 host stand in brackets")
    return host, int(port) if port else None


def _decoded(query: str) -> tuple[tuple[str, str], ...]:
    pieces = [piece.partition("=") for piece in query.split("&") if piece]
    if not all(equals for _, equals, _ in pieces):
        raise _bad("query", "has an option without a value: write NAME=VALUE, joined with '&'")
    return tuple((_unquoted(name), _unquoted(value)) for name, _, value in pieces)


def _unquoted(text: str) -> str:
    from urllib.parse import unquote_plus

    try:
        return unquote_plus(text, errors="strict")
    except UnicodeError:
        pass  # this exception holds the bytes, so it must not become the context of ours
    raise _bad("query", "has a percent escape that is not UTF-8")


def _encoded(options: tuple[tuple[str, str], ...]) -> str:
    if not options:
        return ""
    from urllib.parse import quote

    return "?" + "&".join(
        f"{quote(name, safe='')}={quote(value, safe='/:,')}" for name, value in options
    )
