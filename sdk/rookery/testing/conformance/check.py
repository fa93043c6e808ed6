"""A check: one sentence of the contract, and the function that finds out whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.testing.conformance.backend import Backend
    from rookery.testing.conformance.rig import Rig

Outcome = Literal["passed", "failed", "skipped"]


class Unsuitable(Exception):
    """The check cannot be made here; the text says why. It counts as skipped."""


@dataclass(frozen=True)
class Check:
    """One sentence of the contract."""

    function: Callable[[Rig], None]
    """Raises ``AssertionError``, with a text, if the sentence does not hold."""
    needs: frozenset[str] = frozenset()
    """Capabilities without which the sentence says nothing."""
    scheme: str | None = None
    """The only wire scheme for which it says something."""
    settings: frozenset[str] = frozenset()
    """Settings it is about; a transport that declares one of them unsupported is not asked."""

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def sentence(self) -> str:
        """The sentence, on one line."""
        return " ".join((self.function.__doc__ or self.name).split())

    def why_not(self, backend: Backend, scheme: str) -> str | None:
        """Why it is not made for this back-end; None: it is."""
        if lacking := backend.lacks(self.needs):
            return f"{backend} does not declare {', '.join(lacking)}"
        if self.scheme not in (None, scheme):
            return f"it is about {self.scheme}"
        if scheme == "https" and not find_spec("trustme"):
            return "trustme is not installed: pip install rookery[testing]"
        refused = self.settings & frozenset(backend.transport_class.unsupported)
        return f"{backend} does not support {', '.join(sorted(refused))}" if refused else None


@dataclass(frozen=True)
class Result:
    """What came of a check."""

    check: Check
    outcome: Outcome
    reason: str = ""
    """Why it was skipped, or what does not hold."""
    error: BaseException | None = None

    def __str__(self) -> str:
        told = f": {self.reason}" if self.reason else ""
        return f"{self.outcome:7} {self.check.name}{told}"


CHECKS: list[Check] = []
"""Every check, in the order in which they are defined."""


def check(
    *needs: str, scheme: str | None = None, settings: str = ""
) -> Callable[[Callable[[Rig], None]], Callable[[Rig], None]]:
    """Put a function into :data:`CHECKS`; it stays a plain function. ``settings`` at blanks."""

    def register(function: Callable[[Rig], None]) -> Callable[[Rig], None]:
        CHECKS.append(Check(function, frozenset(needs), scheme, frozenset(settings.split())))
        return function

    return register
