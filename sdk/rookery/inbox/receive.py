"""``POST /api/<project>/envelope/`` and ``/store/``: what SDKs send to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery.inbox.handlers import Handler
from rookery.inbox.ingest import Posted, ingest

if TYPE_CHECKING:
    from rookery.inbox.ingest import Delivery
    from rookery.inbox.store import Line

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "X-Sentry-Auth, X-Requested-With, Origin, Referer, Accept,"
    " Content-Type, Content-Encoding, Authentication, Authorization, Transfer-Encoding",
    "Access-Control-Expose-Headers": "X-Sentry-Error, X-Sentry-Rate-Limits, Retry-After",
    "Access-Control-Max-Age": "3600",
}
"""A browser's SDK posts from any page. It may send; nothing lets it read what is stored."""


class Receive(Handler):
    """Takes in what an SDK sends, and answers as Sentry does."""

    methods = "POST, OPTIONS"

    def set_default_headers(self) -> None:
        for name, value in CORS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        super().prepare()
        self.received = bytearray()

    def data_received(self, chunk: bytes) -> None:
        """One byte past the limit is kept, for the refusal to see."""
        room = self.inbox.limits.envelope + 1 - len(self.received)
        self.received += chunk[:room]

    def options(self, _project: str, _endpoint: str) -> None:
        self.set_status(204)

    async def post(self, project: str, endpoint: str) -> None:
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        posted = Posted(endpoint, project, self.request.headers, query, bytes(self.received))
        delivery, line = await self.inbox.run(self.take_in, posted)
        self.finish({"id": delivery.event_id} if delivery.event_id else {})
        if line:
            page = f"{self.request.protocol}://{self.request.host}/events/{line.event_id}/"
            self.inbox.say(f"{line.summary.level}: {line.summary.title}  {page}")

    def take_in(self, posted: Posted) -> tuple[Delivery, Line | None]:
        delivery = ingest(posted, self.inbox.limits)
        return delivery, self.inbox.store.add(delivery)
