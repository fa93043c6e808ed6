"""From calls to frames (protocol: stack traces), outermost call first.

Rule 1: what depends on the code alone is found once per code object and place in it, and copied.
Rule 2: the cache holds code objects, never frames or globals, and not many.
Rule 3: the frame nearest to the error is told first, while there is time to ask its variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.event.budget import ask
from rookery.event.calls import raised, raised_and_running, running
from rookery.event.columns import column
from rookery.event.location import in_app, relative_filename
from rookery.event.noted import NotedDict
from rookery.event.source import source_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import CodeType, FrameType, TracebackType

    from rookery.event.calls import Call, Calls
    from rookery.event.location import Boundaries

    Describe = Callable[[Iterable[tuple[str, object]]], dict[str, Any]]
    """The variables of a frame, each by its name."""

CO_OPTIMIZED = 1
"""The flag of code whose variables have fixed places (:mod:`inspect` would be loaded for it)."""
MAX_CODES = 4096
MAX_VARIABLES = 32
MAX_NAME = 256
OURS = ("rookery.", "rookery_transports.")
HIDERS = ("__tracebackhide__", "__traceback_hide__")


class CodeFacts:
    """What a code object says of each of its frames."""

    __slots__ = ("code", "hidden", "is_function", "is_module", "may_hide", "module", "places")

    def __init__(self, code: CodeType, module: str | None) -> None:
        self.code = code  # keeps the id from being given to another
        self.module = module
        self.hidden = module is not None and f"{module}.".startswith(OURS)
        names = {*code.co_varnames, *code.co_cellvars, *code.co_freevars, *code.co_names}
        self.may_hide = not names.isdisjoint(HIDERS)
        self.is_module = code.co_name == "<module>"
        self.is_function = bool(code.co_flags & CO_OPTIMIZED)
        self.places: dict[tuple[int | None, int], dict[str, Any]] = {}


class Stack(NamedTuple):
    """Frames, outermost call first, and how many calls there were if some are left out."""

    frames: list[dict[str, Any]]
    cut_from: int | None = None


class FrameReader:
    """Tells frames as one client's options want them.

    ``callers``: of an exception, too, all that is running is told, up to ``most`` frames.
    """

    def __init__(
        self,
        boundaries: Boundaries,
        *,
        variables: Describe | None,
        source: bool,
        callers: bool = False,
        most: int | None = None,
    ) -> None:
        self.boundaries = boundaries
        self.variables = variables
        self.source = source
        self.callers = callers
        self.most = most
        self.codes: dict[int, CodeFacts] = {}

    def read(self, traceback: TracebackType | None, capturing: FrameType | None = None) -> Stack:
        """The frames from where the exception was caught to where it was raised."""
        if self.callers:
            return self._told(raised_and_running(traceback, capturing), self.most)
        return self._told(raised(traceback))

    def read_stack(self, frame: FrameType | None) -> Stack:
        """The frames from the outermost call to this one."""
        return self._told(running(frame))

    def _told(self, calls: Calls, most: int | None = None) -> Stack:
        told: list[dict[str, Any]] = []
        left_out = calls.total - len(calls.kept)
        for call in reversed(calls.kept):
            frame = self.frame(call)
            if frame is not None and len(told) == most:
                left_out += 1
                break
            if frame is not None:
                told.append(frame)
        told.reverse()
        return Stack(told, calls.total if left_out else None)

    def frame(self, call: Call) -> dict[str, Any] | None:
        """One frame; None if it is one of ours, or wants to be hidden."""
        frame, lineno, instruction = call
        facts = self.facts(frame)
        if facts.hidden or (facts.may_hide and _is_hidden(frame)):
            return None
        place = facts.places.get((lineno, instruction)) or self.place(facts, call)
        told = place.copy()
        if "context_line" in told:  # the cache's own lists are not given away
            told["pre_context"] = told["pre_context"][:]
            told["post_context"] = told["post_context"][:]
        if self.variables is not None:
            told["vars"] = self.told_variables(frame, facts)
        return told

    def told_variables(self, frame: FrameType, facts: CodeFacts) -> dict[str, Any]:
        """The frame's variables; if they are very many the first, and how many there were."""
        assert self.variables is not None, "asked by `frame`"
        try:
            held = _locals(frame, facts)
            told = self.variables(held[:MAX_VARIABLES])
        except Exception:  # noqa: BLE001  # of executed code they may be any mapping
            return {}
        return told if len(held) <= MAX_VARIABLES else NotedDict(told, {"len": len(held)})

    def place_given(self, event: Mapping[str, Any]) -> None:
        """Say of the frames of a ready-made event, where it does not, whose code they are."""
        for frame in frames_of(event):
            if frame.get("in_app") is None:
                place = in_app(self.boundaries, frame.get("module"), frame.get("abs_path"))
                frame.update({} if place is None else {"in_app": place})

    def facts(self, frame: FrameType) -> CodeFacts:
        """The facts of the frame's code, found once."""
        code, module = frame.f_code, frame.f_globals.get("__name__")
        if type(module) is not str:
            module = None
        facts = self.codes.get(id(code))
        if facts is None or facts.module != module:
            if len(self.codes) >= MAX_CODES:
                self.codes.clear()
            facts = self.codes[id(code)] = CodeFacts(code, module)
        return facts

    def place(self, facts: CodeFacts, call: Call) -> dict[str, Any]:
        """All that is the same whenever a call stands here, found once."""
        code, lineno = facts.code, call.lineno
        told = self.where(code.co_filename, facts.module, lineno, call.frame.f_globals)
        told["function"] = code.co_name[:MAX_NAME] or "<unknown>"
        if lineno:
            told["colno"] = column(code, call.instruction, lineno, told.get("context_line"))
        facts.places[call.lineno, call.instruction] = told = _without_none(told)
        return told

    def where(
        self, path: str, module: str | None, lineno: int | None, module_globals: dict[str, Any]
    ) -> dict[str, Any]:
        """A place in a file, and the lines around it."""
        filename, abs_path = relative_filename(module, path)
        told: dict[str, Any] = {
            "filename": filename,
            "abs_path": abs_path,
            "module": module,
            "lineno": lineno or None,
            "in_app": in_app(self.boundaries, module, abs_path),
        }
        if not lineno or not self.source:
            return told
        found = source_context(path, lineno, module_globals)
        if found:
            told.update(pre_context=found.before, context_line=found.line, post_context=found.after)
        return told


def frames_of(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every frame of an event that may have any shape."""
    for interface in ("exception", "threads"):
        entries = event.get(interface)
        for entry in _list(entries.get("values") if isinstance(entries, dict) else entries):
            stack = entry.get("stacktrace")
            yield from _list(stack.get("frames") if isinstance(stack, dict) else None)


def _list(value: object) -> list[dict[str, Any]]:
    return [at for at in value if isinstance(at, dict)] if isinstance(value, list) else []


def _without_none(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}


def _is_hidden(frame: FrameType) -> bool:
    try:
        marks = [frame.f_locals.get(name) for name in HIDERS]
        return any(mark is not None and ask(bool, mark) for mark in marks)
    except Exception:  # noqa: BLE001  # the program's own truth
        return False


def _locals(frame: FrameType, facts: CodeFacts) -> list[tuple[str, object]]:
    """At once: a signal handler, or another thread, may add to what is there."""
    if facts.is_function:
        return list(frame.f_locals.items())
    held: Any = frame.f_locals  # of executed code any mapping
    pairs = list(held.items()) if type(held) is dict else ask(_listed, held)
    hidden = "__" if facts.is_module else " "
    return [pair for pair in pairs if type(pair[0]) is str and not pair[0].startswith(hidden)]


def _listed(held: Mapping[str, object]) -> list[tuple[str, object]]:
    return list(held.items())
