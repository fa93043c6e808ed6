"""Which of several servers to ask, best first.

Rule 1: only what surely did not arrive is sent to another server: the connection failed, or the
        server was not to be trusted. A request that left and had no answer may have arrived.
Rule 2: a server that was away is passed by for a while, as :mod:`rookery.delivery.link` has it, then
        one request tries it again; an answer, and it is first again.
Rule 3: where all are away, each is tried before an envelope is said to be undeliverable.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from rookery.delivery.link import LONGEST_PAUSE, Link
from rookery.delivery.verdicts import is_unreachable
from rookery_transports.encoding import auth_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Transport

FIRST = 0
"""The place of the server whose word it is when all are away: its retries are spent, and no other's."""


class Way:
    """The servers of a transport, best first, and which of them can be reached."""

    def __init__(self, targets: Sequence[Transport], maker: str) -> None:
        self.targets = targets
        self.maker = maker
        self.links = [Link(pauses=True) for _ in targets]
        self._senders: dict[int, Any] = {}

    def senders(self) -> list[Any]:
        """Those that have been needed so far."""
        return list(self._senders.values())

    def sender(self, place: int) -> Any:
        """The sender to one server. Two threads may both make one; the first stays."""
        if place not in self._senders:
            target = self.targets[place]
            self._senders.setdefault(place, getattr(target, self.maker)(target.setup))
        return self._senders[place]

    def order(self, now: float) -> list[int]:
        """Which to ask first: whoever is up or due for another try, then those that rest."""
        resting = [place for place, link in enumerate(self.links) if now < link.resumes_at]
        return [p for p in range(len(self.links)) if p not in resting] + resting

    def attempts(self, request: Request) -> Iterator[tuple[int, Request]]:
        """Each server with the request to it, in time for the one deadline, if there is one."""
        began = monotonic()
        for place in self.order(began):
            link, now = self.links[place], monotonic()
            if link.is_down:  # one probe at a time
                link.resumes_at = now + LONGEST_PAUSE
            yield place, self._readdressed(request, place, now - began)

    def learn(self, place: int, outcome: Outcome) -> bool:
        """Whether the outcome says that another server is to be asked."""
        if not is_unreachable(outcome):
            self.links[place].reached()
            return False
        self.links[place].missed(monotonic())
        return True

    def _readdressed(self, request: Request, place: int, spent: float) -> Request:
        dsn, timeouts = self.targets[place].setup.dsn, request.timeouts
        if timeouts.total is not None:
            timeouts = timeouts._replace(total=max(0.001, timeouts.total - spent))
        headers = {**request.headers, "X-Sentry-Auth": auth_header(dsn)}
        return request._replace(url=dsn.envelope_url, headers=headers, timeouts=timeouts)
