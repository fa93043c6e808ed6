"""A SOCKS proxy on the loopback, which records where it was asked to go.

Version 5 is that of RFC 1928 and RFC 1929; version 4, and 4A with names, that of "SOCKS: A protocol
for TCP proxy across firewalls" by Ying-Da Lee.
"""

from __future__ import annotations

import socket
from typing import NamedTuple

from rookery.testing.http1 import Wire
from rookery.testing.listener import Listener
from rookery.testing.tunnel import relay, upstream

VERSION, VERSION_4 = 5, 4
NO_AUTHENTICATION, USER_AND_PASSWORD, NOTHING_ACCEPTABLE = 0, 2, 0xFF
CONNECT = 1
IPV4, NAME, IPV6 = 1, 3, 4
SUCCEEDED, REFUSED, UNSUPPORTED = 0, 5, 7
GRANTED_BY_4, REJECTED_BY_4 = 0x5A, 0x5B
ADDRESS_LENGTHS = {IPV4: (4, socket.AF_INET), IPV6: (16, socket.AF_INET6)}


class Asked(NamedTuple):
    """Where a client wanted to go, and as whom."""

    host: str
    port: int
    is_name: bool
    """The client left it to the proxy to look the name up."""
    user: str | None


class SocksProxy(Listener):
    """Hands on to wherever it is asked; with ``user`` and ``password`` only to whom knows them."""

    def __init__(self, user: str | None = None, password: str = "") -> None:
        super().__init__()
        self.requests: list[Asked] = []
        self._credentials = None if user is None else (user, password)

    @property
    def url(self) -> str:
        """The address by which names are looked up at the proxy."""
        return f"socks5h://{self.host}:{self.port}"

    @property
    def url_4(self) -> str:
        """The address for version 4, which knows no names and no passwords."""
        return f"socks4://{self.host}:{self.port}"

    def url_for(self, user: str, password: str) -> str:
        """The address with credentials in it."""
        return f"socks5h://{user}:{password}@{self.host}:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Greet, authenticate, connect and hand on."""
        wire = Wire(connection)
        if wire.read(1)[0] == VERSION_4:
            self._connect_by_4(wire)
            return
        offered = wire.read(wire.read(1)[0])
        wanted = NO_AUTHENTICATION if self._credentials is None else USER_AND_PASSWORD
        if wanted not in offered:
            connection.sendall(bytes([VERSION, NOTHING_ACCEPTABLE]))
            return
        connection.sendall(bytes([VERSION, wanted]))
        user = None
        if self._credentials is not None and (user := self._authenticate(wire)) is None:
            return
        self._connect(wire, user)

    def _connect_by_4(self, wire: Wire) -> None:
        command = wire.read(1)[0]
        port, address = int.from_bytes(wire.read(2), "big"), wire.read(4)
        user = _read_text(wire)
        is_name = address[:3] == bytes(3)  # 0.0.0.x: version 4A
        host = _read_text(wire) if is_name else socket.inet_ntoa(address)
        self.requests.append(Asked(host, port, is_name, user or None))
        if command != CONNECT or self._credentials is not None:
            wire.socket.sendall(_reply_by_4(REJECTED_BY_4))
            return
        granted, refused = _reply_by_4(GRANTED_BY_4), _reply_by_4(REJECTED_BY_4)
        self._hand_on(wire, (host, port), granted, refused)

    def _authenticate(self, wire: Wire) -> str | None:
        wire.read(1)
        user = wire.read(wire.read(1)[0]).decode()
        password = wire.read(wire.read(1)[0]).decode()
        is_known = (user, password) == self._credentials
        wire.socket.sendall(bytes([1, 0 if is_known else 1]))
        return user if is_known else None

    def _connect(self, wire: Wire, user: str | None) -> None:
        _, command, _, kind = wire.read(4)
        host = _read_host(wire, kind)
        port = int.from_bytes(wire.read(2), "big")
        self.requests.append(Asked(host, port, kind == NAME, user))
        if command != CONNECT:
            wire.socket.sendall(_reply(UNSUPPORTED))
            return
        self._hand_on(wire, (host, port), _reply(SUCCEEDED), _reply(REFUSED))

    def _hand_on(self, wire: Wire, place: tuple[str, int], granted: bytes, refused: bytes) -> None:
        try:
            with upstream(self, *place) as server:
                wire.socket.sendall(granted)
                relay(wire, server)
        except ConnectionRefusedError:
            wire.socket.sendall(refused)


def _read_host(wire: Wire, kind: int) -> str:
    if kind == NAME:
        return wire.read(wire.read(1)[0]).decode()
    length, family = ADDRESS_LENGTHS[kind]
    return socket.inet_ntop(family, wire.read(length))


def _read_text(wire: Wire) -> str:
    """What stands before a zero byte."""
    read = bytearray()
    while (byte := wire.read(1)) != b"\0":
        read += byte
    return read.decode()


def _reply_by_4(code: int) -> bytes:
    return bytes([0, code, *bytes(6)])


def _reply(code: int) -> bytes:
    return bytes([VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0])
