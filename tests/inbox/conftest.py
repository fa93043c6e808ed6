from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.inbox.running import RunningInbox, new_project

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def inbox() -> Iterator[RunningInbox]:
    needs_the_extra()
    with RunningInbox() as running:
        yield running


@pytest.fixture(scope="session")
def small_inbox() -> Iterator[RunningInbox]:
    """Takes events up to 1000 bytes, in envelopes up to 100,000."""
    needs_the_extra()
    sizes = ("--max-event-size", "1000", "--max-envelope-size", "100000")
    with RunningInbox(*sizes) as running:
        yield running


def needs_the_extra() -> None:
    for library in ("tornado", "brotli", "zstandard"):
        pytest.importorskip(library, reason="needs rookery[inbox]")


@pytest.fixture
def extra() -> None:
    needs_the_extra()


@pytest.fixture
def project() -> str:
    """A project that no other test sends to."""
    return new_project()
