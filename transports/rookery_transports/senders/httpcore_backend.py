"""Who opens the connections of httpcore's asynchronous half: sockets, by name, number and option."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpcore

from rookery_transports.senders.httpcore_progress import PROGRESS, time_left
from rookery_transports.senders.httpcore_streams import SocketStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery_transports.senders.readiness import Addresses, Readiness


class Backend(httpcore.AsyncNetworkBackend):
    """Opens the connections, and knows those that are open."""

    def __init__(self, ready: Readiness, options: Iterable[tuple[int, int, int | bytes]]) -> None:
        self._ready = ready
        self._options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), *options]
        self._streams: list[SocketStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is in PROGRESS
        local_address: str | None = None,  # noqa: ARG002 - no setting of ours
        socket_options: Any = None,  # noqa: ARG002 - httpcore has none where a proxy is
    ) -> httpcore.AsyncNetworkStream:
        """The first address that answers."""
        failure: Exception = OSError(f"{host!r} has no address")
        for family, kind, protocol, _, address in await self._resolve(host, port):
            try:
                return await self._open(address, family, kind, protocol)
            except (OSError, httpcore.ConnectError) as error:  # noqa: PERF203 - the next one
                failure = error
        raise httpcore.ConnectError(failure) from failure

    async def _open(self, address: Any, *kind: int) -> SocketStream:
        sock = socket.socket(*kind)
        stream = SocketStream(sock, self._ready)
        self._streams = [stream, *(each for each in self._streams if each.is_open())]
        try:
            sock.setblocking(False)
            for level, name, value in self._options:
                sock.setsockopt(level, name, value)
            await stream.connect(address)
        except BaseException:
            stream.close()
            raise
        progress = PROGRESS.get()
        if progress is not None:
            progress.opened.append(stream)
        return stream

    async def _resolve(self, host: str, port: int) -> Addresses:
        """A number is looked up at once, a name where looking it up blocks nobody."""
        try:
            numeric = socket.AI_NUMERICHOST
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=numeric)
        except socket.gaierror:
            pass
        try:
            return await self._ready.resolve(host, port, time_left())
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host!r} was not found in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(error) from error

    def close(self) -> None:
        """Close every connection. Nobody is told so by TLS: HTTP has been told all it asked for."""
        while self._streams:
            self._streams.pop().close()

    def forget(self) -> None:
        """Close every socket, and nothing but the socket."""
        while self._streams:
            self._streams.pop().forget()
