"""Which events are not worth sending (protocol: pipeline, sampling).

Each answers with the reason that a client report gives for the loss, or None. What is on a list is
found out before the event is built; the dice are rolled last, when all hooks have had their say.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from rookery.harmless import tell
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rookery.types import Event, Hint

    Entries = Iterable[str | type]

IGNORED = "event_processor"
SAMPLED_OUT = "sample_rate"
HOOK = "before_send"
name_of, qualname_of, _module_of = (
    vars(type)[name].__get__ for name in ("__name__", "__qualname__", "__module__")
)
"""What a class is called, and where it is, whatever its metaclass makes of that."""


def early_loss(
    exception: BaseException | None, options: Mapping[str, Any], logger: object = None
) -> str | None:
    """Why an event is dropped unbuilt: its exception, or its logger, is on a list."""
    excluded = options["exclude"]
    if exception is not None and (
        is_ignored(type(exception), options["ignore_errors"]) or is_excluded(exception, excluded)
    ):
        return IGNORED
    return IGNORED if is_quiet(logger, excluded) else None


def late_loss(event: Event, hint: Hint, options: Mapping[str, Any]) -> str | None:
    """Why an event that all hooks have let pass is dropped."""
    if is_quiet(event.get("logger"), options["exclude"]):
        return IGNORED
    return None if is_sampled(_rate(event, hint, options)) else SAMPLED_OUT


def module_of(kind: type) -> str:
    """Where the class is; empty if somebody has deleted that, or put something else there."""
    try:
        found = _module_of(kind)
    except AttributeError:
        return ""
    return found if isinstance(found, str) else ""


def is_ignored(kind: type, ignored: Entries) -> bool:
    """Whether the class is one of these, below one of these, or has one of these names.

    A name is that of the class, or with its module before it; ``*`` and ``?`` are as in a shell.
    """
    name = qualname_of(kind)
    names = (name, f"{module_of(kind)}.{name}")
    return any(
        any(re.fullmatch(_pattern(entry), name) for name in names)
        if isinstance(entry, str)
        else issubclass(kind, entry)
        for entry in ignored
    )


def _pattern(entry: str) -> str:
    return re.escape(entry).replace(r"\*", ".*").replace(r"\?", ".")


def is_excluded(exception: BaseException, excluded: Entries) -> bool:
    """Whether an entry names the exception, a module that raised or defines it, or both."""
    if not excluded:
        return False
    kind = type(exception)
    homes = (module_of(kind), raising_module(exception))
    return any(
        _names_it(kind, homes, entry) if isinstance(entry, str) else issubclass(kind, entry)
        for entry in excluded
    )


def _names_it(kind: type, homes: tuple[str, ...], entry: str) -> bool:
    names = (qualname_of(kind), name_of(kind))
    modules = (entry, *(entry.removesuffix(f".{name}") for name in names))
    return entry in names or any(_is_within(home, module) for home in homes for module in modules)


def raising_module(exception: BaseException) -> str:
    """The module of the frame that raised it; empty for an exception that was never raised."""
    traceback = exception.__traceback__
    if traceback is None:
        return ""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return str(traceback.tb_frame.f_globals.get("__name__", ""))


def is_quiet(logger: object, excluded: Entries) -> bool:
    """Whether an entry is the logger, or one above it. An event may have anything for a logger."""
    return isinstance(logger, str) and any(
        isinstance(entry, str) and _is_within(logger, entry) for entry in excluded
    )


def _is_within(dotted: str, prefix: str) -> bool:
    return dotted == prefix or dotted.startswith(f"{prefix}.")


def _rate(event: Event, hint: Hint, options: Mapping[str, Any]) -> float:
    """The share that holds for this event; where the sampler cannot tell, the one for all."""
    sampler = options["error_sampler"]
    if sampler is not None:
        try:
            rate = float(unheard(sampler, event, hint))
            if 0.0 <= rate <= 1.0:
                return rate
            tell(f"error_sampler returned {rate}, which is no share; sample_rate holds")
        except Exception:  # noqa: BLE001  # the hook is the host's code
            tell("error_sampler failed; sample_rate holds")
    share: float = options["sample_rate"]
    return share


def is_sampled(rate: float) -> bool:
    """Whether this one is among the share that is kept; chance of its own, not the program's."""
    return rate >= 1.0 or int.from_bytes(os.urandom(6), "big") < rate * 2**48
