"""How a fault gets into a transport: by a real subclass that does one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rookery.testing.recorded import DECODERS
from rookery.transport.contract import Sender

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.testing.server import Scheme
    from rookery.transport.contract import Request, Setup
    from rookery.transport.settings import Settings

Plant = Callable[[Any], type]
"""From a good class of transports to a faulty one, derived from it."""


@dataclass(frozen=True)
class Fault:
    """One way to be wrong, and the checks that have to notice."""

    name: str
    """What it does, e.g. ``"retries once too often"``."""
    plant: Plant
    red: tuple[str, ...]
    """Names of the checks that have to fail; others may fail as well."""
    scheme: Scheme = "http"

    def __str__(self) -> str:
        return self.name


def derive(good: Any, **members: Any) -> type:
    """A subclass with these members."""
    return type(f"Faulty{good.__name__}", (good,), members)


def overriding(**methods: Callable[..., Any]) -> Plant:
    """Methods instead of the good ones. Each is called with the good class, then as a method."""

    def plant(good: Any) -> type:
        members = {name: _as_member(good, name, work) for name, work in methods.items()}
        return derive(good, **members)

    return plant


def _as_member(good: Any, name: str, work: Callable[..., Any]) -> Any:
    def method(self: Any, *arguments: Any) -> Any:
        return work(good, self, *arguments)

    return property(method) if name == "stats" else method


def settling(change: Callable[[Settings], dict[str, Any]]) -> Plant:
    """Other settings than those that were asked for: what ``change`` gives replaces them."""

    def begin(good: Any, self: Any, setup: Setup) -> None:
        settings = setup.settings._replace(**change(setup.settings))
        good.__init__(self, setup._replace(settings=settings))

    return overriding(__init__=begin)


def ignoring(**settings: Any) -> Plant:
    """These settings always, whatever was asked for."""
    return settling(lambda _: settings)


class Through(Sender):
    """A sender that does the work of another, with something wrong about it."""

    def __init__(self, good: Sender) -> None:
        self.good = good

    def post(self, request: Request) -> Outcome:
        return self.good.post(request)

    def close(self) -> None:
        self.good.close()

    def forget(self) -> None:
        self.good.forget()


def sending(wrap: Callable[[Sender], Sender]) -> Plant:
    """A sender that is wrapped."""
    return overriding(make_sender=lambda good, self, setup: wrap(good.make_sender(self, setup)))


def asking(change: Callable[[Request], Request]) -> Plant:
    """Another request than the one that was settled."""

    class Asking(Through):
        def post(self, request: Request) -> Outcome:
            return self.good.post(change(request))

    return sending(Asking)


def rewriting(change: Callable[[bytes], bytes]) -> Plant:
    """Another body, uncompressed."""

    def rewrite(request: Request) -> Request:
        headers = dict(request.headers)
        body = DECODERS[headers.pop("Content-Encoding", "")](request.body)
        return request._replace(body=change(body), headers=headers)

    return asking(rewrite)


def hearing(change: Callable[[Outcome], Outcome]) -> Plant:
    """Another outcome than the real one."""

    class Hearing(Through):
        def post(self, request: Request) -> Outcome:
            return change(self.good.post(request))

    return sending(Hearing)
