"""An HTTP proxy on the loopback, with and without ``CONNECT``, which records what it was asked.

It is reached by http or by https; in the latter case the scheme of the server is another matter.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rookery.testing.answers import Answer
from rookery.testing.http1 import CHUNK, Head, Headers, Wire
from rookery.testing.listener import Listener
from rookery.testing.tunnel import relay, upstream

if TYPE_CHECKING:
    import socket

    from rookery.testing.certificates import CertificateKind
    from rookery.testing.server import Scheme

OWN_FIELDS = frozenset(("connection", "proxy-authorization", "proxy-connection"))
"""Fields for the next hop alone, which it does not hand on."""
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class HttpProxy(Listener):
    """Hands on to wherever it is asked; with ``user`` and ``password`` only to whom knows them."""

    def __init__(
        self,
        user: str | None = None,
        password: str = "",
        *,
        scheme: Scheme = "http",
        certificate: CertificateKind = "good",
    ) -> None:
        super().__init__()
        self.scheme = scheme
        self._tls = None
        if scheme == "https":
            from rookery.testing.certificates import server_context

            self._tls = server_context(certificate)
        self.requests: list[Head] = []
        """What was asked for, refused or not, in order."""
        self._wanted = None
        if user is not None:
            token = b64encode(f"{user}:{password}".encode()).decode()
            self._wanted = f"Basic {token}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def url_for(self, user: str, password: str) -> str:
        """The address with credentials in it."""
        return f"{self.scheme}://{user}:{password}@{self.host}:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Take requests from one connection until either side ends it."""
        if self._tls is None:
            self._serve_wire(Wire(connection))
            return
        with self._tls.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        ) as secured:
            self.track(secured)
            try:
                secured.do_handshake()  # here, where a refusal leaves nothing open
                self._serve_wire(Wire(secured))
            finally:
                self.let_go(secured)

    def _serve_wire(self, wire: Wire) -> None:
        while wire.wait_for_a_byte():
            head = wire.read_head()
            self.requests.append(head)
            if not self._answer(wire, head):
                return

    def _answer(self, wire: Wire, head: Head) -> bool:
        """Do as asked; whether the connection can carry another request."""
        if self._wanted is not None and head.headers.get("Proxy-Authorization") != self._wanted:
            wire.read_body(head.headers)
            wire.socket.sendall(bytes(Answer(407, {"Proxy-Authenticate": "Basic"})))
            return True
        try:
            return (self._tunnel if head.method == "CONNECT" else self._forward)(wire, head)
        except ConnectionRefusedError:
            wire.socket.sendall(bytes(Answer(502)))
            return True

    def _tunnel(self, wire: Wire, head: Head) -> bool:
        host, _, port = head.target.rpartition(":")
        with upstream(self, host.strip("[]"), int(port)) as server:
            wire.socket.sendall(ESTABLISHED)
            relay(wire, server)
        return False

    def _forward(self, wire: Wire, head: Head) -> bool:
        """Send the request on in origin form (RFC 9112, section 3.2), and back what is answered."""
        url = urlsplit(head.target)
        target = f"{url.path}?{url.query}" if url.query else url.path
        fields = [(n, v) for n, v in head.headers.fields if n.lower() not in OWN_FIELDS]
        fields.append(("Connection", "close"))
        body = wire.read_body(head.headers)
        with upstream(self, url.hostname or "", url.port or 80) as server:
            server.sendall(bytes(Head(head.method, target, Headers(fields))) + body)
            answer = first = server.recv(CHUNK)
            while answer:
                wire.socket.sendall(answer)
                answer = server.recv(CHUNK)
        return b"\r\ncontent-length:" in first.lower()
