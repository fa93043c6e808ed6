"""A server of HTTP/2 over TLS, on the loopback, that notes what it sees."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import h2.config
import h2.connection
import h2.events

from rookery.testing.certificates import server_context

if TYPE_CHECKING:
    from collections.abc import Callable


class Http2Server:
    """Answers each request with 200; held back, once it is released."""

    def __init__(self) -> None:
        self.connections: list[Conversation] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.most_at_once = 0
        self.is_held = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="an HTTP/2 server")

    def __enter__(self) -> Http2Server:  # noqa: PYI034 - nobody derives from it
        self._thread.start()
        self._server = self._call(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def dsn(self) -> str:
        return f"https://key@127.0.0.1:{self.port}/42"

    def release(self) -> None:
        """Answer what is held back, and everything from now on."""
        self.is_held = False
        self._call(self._each(Conversation.answer_all))

    def say_goodbye(self) -> None:
        """GOAWAY on every connection, and the end (RFC 9113, 6.8)."""
        self._call(self._each(Conversation.say_goodbye))

    def hang_up(self) -> None:
        """The end of every connection, without a word."""
        self._call(self._each(lambda conversation: conversation.transport.abort()))

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10.0)

    async def _each(self, work: Callable[[Conversation], object]) -> None:
        for conversation in self.connections:
            work(conversation)

    async def _listen(self) -> asyncio.Server:
        context = server_context()
        context.set_alpn_protocols(["h2"])
        return await self._loop.create_server(
            lambda: Conversation(self), "127.0.0.1", 0, ssl=context
        )

    async def _close(self) -> None:
        self._server.close()
        for conversation in self.connections:
            conversation.transport.abort()
        await asyncio.sleep(0)


class Conversation(asyncio.Protocol):
    """One connection."""

    transport: Any

    def __init__(self, server: Http2Server) -> None:
        self.server = server
        self.machine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.open: dict[int, tuple[dict[str, str], bytearray]] = {}
        self.waiting: list[int] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.server.connections.append(self)
        self.machine.initiate_connection()
        self._send()

    def data_received(self, data: bytes) -> None:
        for event in self.machine.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                headers = dict(event.headers or [])
                told = {bytes(k).decode(): bytes(v).decode() for k, v in headers.items()}
                self.open[event.stream_id or 0] = (told, bytearray())
            elif isinstance(event, h2.events.DataReceived):
                self.open[event.stream_id or 0][1].extend(event.data or b"")
                self.machine.acknowledge_received_data(
                    event.flow_controlled_length or 0, event.stream_id or 0
                )
            elif isinstance(event, h2.events.StreamEnded):
                self._take(event.stream_id or 0)
        self._send()

    def _take(self, stream: int) -> None:
        headers, body = self.open[stream]
        self.server.requests.append((headers, bytes(body)))
        self.waiting.append(stream)
        self.server.most_at_once = max(self.server.most_at_once, len(self.waiting))
        if not self.server.is_held:
            self.answer_all()

    def answer_all(self) -> None:
        for stream in self.waiting:
            self.machine.send_headers(stream, [(":status", "200"), ("x-answer", "yes")])
            self.machine.send_data(stream, b"{}", end_stream=True)
        self.waiting.clear()
        self._send()

    def say_goodbye(self) -> None:
        self.machine.close_connection()
        self._send()
        self.transport.close()

    def _send(self) -> None:
        self.transport.write(self.machine.data_to_send())
