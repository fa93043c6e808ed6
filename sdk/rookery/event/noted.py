"""Values that know what was taken from them, so that ``_meta`` can say it (protocol: _meta).

Rule 1: whoever cuts or replaces a value leaves a noted one in its place. It is an ordinary ``str``,
        ``list`` or ``dict`` to everybody else, and keeps its note wherever the event is moved.
Rule 2: the tree of notes is made once, when the event becomes bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from typing_extensions import Self

Note: TypeAlias = "Mapping[str, Any]"
"""What stands at the key ``""``: ``len`` (how long it was), ``rem`` (remarks)."""

TOO_MUCH: Note = {"rem": [["!limit", "x"]]}
REMOVED: Note = {"rem": [["!config", "x"]]}
REPLACED: Note = {"rem": [["!config", "s"]]}


class NotedText(str):
    """A text, and what was done to it."""

    __slots__ = ("note",)
    note: Note

    def __new__(cls, text: str, note: Note = TOO_MUCH) -> Self:
        """The text with its note."""
        noted = str.__new__(cls, text)
        noted.note = note
        return noted


class NotedList(list[Any]):
    """The entries that are left of a list."""

    __slots__ = ("note",)

    def __init__(self, entries: Iterable[Any] = (), note: Note = TOO_MUCH) -> None:
        super().__init__(entries)
        self.note = note


class NotedDict(dict[str, Any]):
    """The entries that are left of a mapping; ``gone`` are the notes on those that are not."""

    __slots__ = ("gone", "note")

    def __init__(
        self,
        entries: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        note: Note | None = None,
        gone: Mapping[str, Note] | None = None,
    ) -> None:
        super().__init__(entries)
        self.note = note
        self.gone = gone or {}


def joined(held: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Both mappings in one, with the note of the second."""
    held.update(more)
    return NotedDict(held, more.note) if type(more) is NotedDict else held


def rendered(told: Any) -> str:
    """What was told of a value, in one line."""
    more = ["..."] if isinstance(told, (NotedList, NotedDict)) and told.note else []
    if isinstance(told, list):
        return f"[{', '.join([*map(rendered, told), *more])}]"
    if isinstance(told, dict):
        pairs = [f"{key!r}: {rendered(value)}" for key, value in told.items()]
        return f"{{{', '.join([*pairs, *more])}}}"
    return str(told)


def keyed(told: Any) -> str:
    """A key of several parts, as Python writes it."""
    if isinstance(told, NotedText):
        return str(told)
    return f"({rendered(told)[1:-1]})"


OPEN = frozenset((dict, list, NotedText, NotedList, NotedDict))
"""Types that a note may be on, or below."""


def notes_of(value: Any) -> dict[str, Any]:
    """The tree of the notes on the value and below it; empty if there are none."""
    kind = type(value)
    if kind is NotedText:
        return {"": dict(value.note)}
    tree: dict[str, Any] = {}
    if kind is NotedDict:
        tree = {key: {"": dict(note)} for key, note in value.gone.items()}
    if kind in (NotedDict, NotedList) and value.note:
        tree[""] = dict(value.note)
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in entries:
        if type(held) in OPEN and (below := notes_of(held)):
            tree[str(key)] = below
    return tree


def with_notes(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event with ``_meta``; the event itself if there is nothing to say."""
    known = event.get("_meta")
    tree = notes_of({key: value for key, value in event.items() if key != "_meta"})
    if not tree:
        return event
    return {**event, "_meta": merged(known, tree) if isinstance(known, dict) else tree}


def merged(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """Both trees in one; of one fact the older one holds, for it is nearer to the original."""
    told = dict(older)
    for key, value in newer.items():
        known = told.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            told[key] = _both(known, value) if key == "" else merged(known, value)
        else:
            told.setdefault(key, value)
    return told


def _both(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    remarks = [
        *older.get("rem", ()),
        *(r for r in newer.get("rem", ()) if r not in older.get("rem", ())),
    ]
    return {**newer, **older, **({"rem": remarks} if remarks else {})}


def absorbed(value: Any, tree: Any = None) -> Any:
    """A copy whose containers may be changed, with the notes of the tree on its values.

    So the notes stay with their values when entries are taken away.
    """
    tree = tree if isinstance(tree, dict) else {}
    note = tree.get("") or getattr(value, "note", None)
    if isinstance(value, dict):
        held = {key: absorbed(entry, tree.get(key)) for key, entry in value.items()}
        gone = dict(getattr(value, "gone", {}))
        gone.update((k, t[""]) for k, t in tree.items() if k and k not in value and _has_note(t))
        return NotedDict(held, note, gone) if note or gone else held
    if isinstance(value, list):
        entries = [absorbed(entry, tree.get(str(at))) for at, entry in enumerate(value)]
        return NotedList(entries, note) if note else entries
    return NotedText(value, note) if note and isinstance(value, str) else value


def _has_note(tree: Any) -> bool:
    return isinstance(tree, dict) and bool(tree.get(""))
