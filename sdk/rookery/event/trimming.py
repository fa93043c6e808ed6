"""An event in few enough bytes, whatever is in it (protocol: size limits and trimming).

Rule 1: an event that is small enough pays one comparison of lengths.
Rule 2: what the server would cut anyway goes first, and in its order: long texts and bags, then the
        variables and source lines of frames in the middle, the library's before the program's. Then
        what explains least; what happened, and where, stays to the end.
Rule 3: each cut is noted (:mod:`rookery.event.noted`), in values that nobody else holds.
Rule 4: it is done where the event becomes bytes: in the transport's thread, not in the program's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.envelope import MAX_EVENT
from rookery.event.noted import TOO_MUCH, NotedDict, NotedList, absorbed, with_notes
from rookery.event.shortening import shorten
from rookery.wire_json import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

KIB = 1024
MOST_FRAMES_WHOLE = 50
SOURCE = ("pre_context", "context_line", "post_context")
WHOLE_FRAMES = 5

Draft = dict[str, Any]


def fit(event: object, most: int = MAX_EVENT) -> bytes:
    """The event as JSON in at most ``most`` bytes, with ``_meta``; ``event`` is left alone.

    Raises as :func:`json.dumps` for what is not JSON.
    """
    if not isinstance(event, dict):
        return encode(event)
    told = with_notes(event)
    data = encode(told)
    if len(data) <= most:
        return data
    draft: Draft = absorbed({k: v for k, v in told.items() if k != "_meta"}, told.get("_meta"))
    for step in STEPS:
        draft = step(draft, most) or draft
        data = encode(with_notes(draft))
        if len(data) <= most:
            break
    return data


def trimmed(event: Mapping[str, Any], most: int = MAX_EVENT) -> dict[str, Any]:
    """The event as :func:`fit` writes it."""
    told: Any = decode(fit(dict(event), most))
    return dict(told)


def _bags(draft: Draft, most: int) -> None:
    """What the server keeps of texts and bags."""
    share = min(1.0, most / MAX_EVENT)
    for at, key, budget in _budgets(draft):
        if key in at:
            at[key] = shorten(at[key], int(budget * share))


def _budgets(draft: Draft) -> Iterator[tuple[Any, str, int]]:
    """Each value that has a budget of its own: its place and its bytes."""
    for section, budgets in SECTIONS.items():
        held = draft.get(section)
        if isinstance(held, dict):
            yield from ((held, key, budgets.get(key, budgets["*"])) for key in list(held))
    for key in list(draft):
        yield draft, key, TOTALS.get(key, 8 * KIB)
    for section, budgets in ENTRIES.items():
        for entry in _values(draft, section):
            yield from ((entry, key, budgets.get(key, 2 * KIB)) for key in list(entry))
    for frame in _frames(draft):
        yield from ((frame, key, FRAME.get(key, KIB)) for key in list(frame))


SECTIONS: dict[str, dict[str, int]] = {
    "extra": {"*": 16 * KIB},
    "contexts": {"*": 8 * KIB},
    "logentry": {"params": 2 * KIB, "*": 8 * KIB},
    "request": {"*": 8 * KIB, "query_string": KIB, "cookies": 2 * KIB, "url": 2 * KIB},
    "user": {"*": 2 * KIB},
}
TOTALS = {
    "extra": 256 * KIB,
    "contexts": 128 * KIB,
    "logentry": 24 * KIB,
    "request": 40 * KIB,
    "tags": 40 * KIB,
    "release": 200,
    "transaction": 200,
    "server_name": 256,
    "environment": 64,
    "logger": 64,
    "exception": 2**63,
    "threads": 2**63,
    "breadcrumbs": 2**63,
}
ENTRIES: dict[str, dict[str, int]] = {
    "exception": {"value": 8 * KIB, "stacktrace": 2**63},
    "threads": {"stacktrace": 2**63},
    "breadcrumbs": {"message": 8 * KIB},
}
FRAME = {"vars": 2 * KIB, "pre_context": 4 * KIB, "post_context": 4 * KIB}


def _values(draft: Draft, section: str) -> list[dict[str, Any]]:
    held = draft.get(section)
    values = held.get("values") if isinstance(held, dict) else held
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _stacks(draft: Draft) -> Iterator[dict[str, Any]]:
    for section in ("exception", "threads"):
        for entry in _values(draft, section):
            stack = entry.get("stacktrace")
            if isinstance(stack, dict) and isinstance(stack.get("frames"), list):
                yield stack


def _frames(draft: Draft) -> Iterator[dict[str, Any]]:
    for stack in _stacks(draft):
        yield from (frame for frame in stack["frames"] if isinstance(frame, dict))


def without(held: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The mapping without these keys, each noted."""
    gone = {key: TOO_MUCH for key in keys if key in held}
    kept = {key: value for key, value in held.items() if key not in gone}
    known = getattr(held, "gone", {})
    return NotedDict(kept, getattr(held, "note", None), {**known, **gone}) if gone else held


def _strip(
    stack: dict[str, Any], chosen: Callable[[int, Any], bool], keys: tuple[str, ...]
) -> None:
    """Take these keys from the chosen frames of a stack."""
    for at, frame in enumerate(stack["frames"]):
        if isinstance(frame, dict) and chosen(at, frame):
            stack["frames"][at] = without(frame, keys)


def _middle_frames(draft: Draft, _most: int) -> None:
    """Of more than fifty frames, those in the middle: the library's first, then the program's."""
    for stack in _stacks(draft):
        frames = stack["frames"]
        surplus = len(frames) - MOST_FRAMES_WHOLE
        edge = MOST_FRAMES_WHOLE // 2
        middle = range(edge, len(frames) - edge)
        ordered = sorted(middle, key=lambda at: _is_own(frames[at]))
        bare = set(ordered[: max(0, surplus)])
        _strip(stack, lambda at, _: at in bare, ("vars", *SOURCE))  # noqa: B023


def _is_own(frame: Any) -> bool:
    return isinstance(frame, dict) and frame.get("in_app") is True


def _outer_variables(draft: Draft, _most: int) -> None:
    """Variables of all but the frames nearest to the error."""
    for stack in _stacks(draft):
        inner = len(stack["frames"]) - WHOLE_FRAMES
        _strip(stack, lambda at, _: at < inner, ("vars",))  # noqa: B023


def _other_threads(draft: Draft, _most: int) -> None:
    """Stacks of threads that have nothing to do with it."""
    threads = draft.get("threads")
    values = threads.get("values") if isinstance(threads, dict) else None
    for at, thread in enumerate(values or ()):
        if isinstance(thread, dict) and not (thread.get("crashed") or thread.get("current")):
            assert isinstance(values, list)
            values[at] = without(thread, ("stacktrace",))


def _older_crumbs(draft: Draft, _most: int) -> None:
    """All breadcrumbs but the last ten."""
    _keep_last(draft, "breadcrumbs", 10)


def _keep_last(draft: Draft, section: str, count: int) -> None:
    held = draft.get(section)
    if isinstance(held, dict) and isinstance(held.get("values"), list):
        held["values"] = last(held["values"], count)
    elif isinstance(held, list):
        draft[section] = last(held, count)


def last(entries: list[Any], count: int) -> list[Any]:
    """The last entries, noted with how many there were."""
    if len(entries) <= count:
        return entries
    known = getattr(entries, "note", None) or {}
    return NotedList(entries[-count:], {"len": len(entries), **known})


def _source(draft: Draft, _most: int) -> None:
    """Source lines and variables, but for the innermost frame."""
    for stack in _stacks(draft):
        inner = len(stack["frames"]) - 1
        _strip(stack, lambda at, _: at < inner, ("vars", *SOURCE))  # noqa: B023


def _attached(draft: Draft, most: int) -> None:
    """What users attached, to a tenth."""
    for key in list(draft):
        if key not in ("exception", "contexts"):
            draft[key] = shorten(draft[key], most // 40)
    for name in list(draft.get("contexts") or ()):
        draft["contexts"][name] = shorten(draft["contexts"][name], KIB)


def _chain(draft: Draft, _most: int) -> None:
    """The last five exceptions, each with its last twenty frames."""
    for section in ("exception", "threads"):
        _keep_last(draft, section, 5)
    for stack in _stacks(draft):
        stack["frames"] = last(stack["frames"], 20)


def _essentials(draft: Draft, most: int) -> Draft:
    """What happened, in short: the same few keys of whatever was there."""
    kept = {key: shorten(draft[key], 512) for key in ESSENTIAL if key in draft}
    gone = [key for key in draft if key not in kept and key not in ("exception", "contexts")]
    trace = (
        (draft.get("contexts") or {}).get("trace")
        if isinstance(draft.get("contexts"), dict)
        else None
    )
    if isinstance(trace, dict):
        kept["contexts"] = NotedDict({"trace": shorten(trace, 512)}, TOO_MUCH)
    values = [_in_short(entry) for entry in _values(draft, "exception")[-1:]]
    if values:
        kept["exception"] = {"values": NotedList(values, TOO_MUCH)}
    return NotedDict(kept, None, {key[:64]: TOO_MUCH for key in gone[: min(20, most // KIB)]})


def _in_short(entry: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        key: shorten(entry[key], 512) for key in ("type", "value", "module") if key in entry
    }
    stack = entry.get("stacktrace")
    frames = stack.get("frames") if isinstance(stack, dict) else None
    if isinstance(frames, list) and frames:
        short = [_frame_in_short(frame) for frame in frames[-3:] if isinstance(frame, dict)]
        told["stacktrace"] = {"frames": NotedList(short, {"len": len(frames)})}
    return told


def _frame_in_short(frame: dict[str, Any]) -> dict[str, Any]:
    keys = ("filename", "function", "module", "lineno", "in_app")
    return {key: shorten(frame[key], 256) for key in keys if key in frame}


ESSENTIAL = (
    "event_id", "timestamp", "platform", "level", "logger", "logentry", "release", "environment",
    "dist", "server_name", "transaction", "sdk", "type",
)  # fmt: skip

STEPS: tuple[Callable[[Draft, int], Draft | None], ...] = (
    _bags,
    _middle_frames,
    _outer_variables,
    _other_threads,
    _older_crumbs,
    _source,
    _attached,
    _chain,
    _essentials,
)
