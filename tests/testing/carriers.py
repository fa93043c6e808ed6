"""Transports for the tests of ``rookery conformance``, given as import paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery.testing.conformance import Backend
from rookery_transports.threaded import ThreadedTransport

if TYPE_CHECKING:
    from rookery.envelope import Envelope


class Forgetful(ThreadedTransport):
    """Loses every event, and says that it took them."""

    def submit(self, envelope: Envelope) -> bool:
        return True


class Silent(ThreadedTransport):
    """Works, and does not say how it is to be checked."""

    backend = ""


class Misled(ThreadedTransport):
    """Names something else than a back-end."""

    backend = "tests.testing.carriers:Silent"


class Needy(ThreadedTransport):
    """Needs a library that nobody has."""

    requires = {"no_such_module": "rookery-needy[loft]"}  # noqa: RUF012 - as an author writes it


NARROW = Backend("narrow", {"http"})
