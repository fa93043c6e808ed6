"""Learning of the reactor that a program installs after its first event.

Twisted tells nobody, but installs it by an assignment to ``twisted.internet.reactor``. Until then that
package is a module which hears of its assignments, as Python's data model has it under "customizing
module attribute access". Nothing of Twisted's is replaced, and no reactor is made.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

if TYPE_CHECKING:
    from collections.abc import Callable

_expecting: list[WeakMethod[Callable[[], object]]] = []


class Expectant(ModuleType):
    """``twisted.internet`` before it has a reactor."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "reactor":
            tell()


def expect(wake: Callable[[], object]) -> None:
    """Have a method called on the reactor, once that is installed and runs."""
    internet = package()
    reference = WeakMethod(wake)
    if reference not in _expecting:
        _expecting.append(reference)
    if type(internet) is ModuleType:  # else it is ours, or somebody else has made it theirs
        internet.__class__ = Expectant
    tell()  # another thread may have installed it by now


def package() -> Any:
    """``twisted.internet``, without any import of a reactor."""
    return import_module("twisted.internet")


def tell() -> None:
    """Pass on what is expected, if there is a reactor to pass it on to."""
    internet = package()
    reactor = vars(internet).get("reactor")
    if reactor is None or isinstance(reactor, ModuleType):  # a module: it is about to be imported
        return
    kind: Any = type(internet)
    if kind is Expectant:
        internet.__class__ = ModuleType
    with suppress(IndexError):  # two threads may pass it on at once
        while True:
            wake = _expecting.pop()()
            if wake is not None:
                reactor.callFromThread(wake)  # kept until it runs
