"""Whose variables they are, and how many; how a value is told has tests of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.event.telling import capture_what, frames

if TYPE_CHECKING:
    from tests.client.keeping import Keeping


def variables(kept: Keeping) -> dict[str, Any]:
    told: dict[str, Any] = frames(kept)[-1]["vars"]
    return told


def noted(kept: Keeping) -> dict[str, Any]:
    """What is noted of the frames: those of `run` have a mapping that is too large."""
    notes: dict[str, Any] = kept.event["_meta"]["exception"]["values"]["0"]["stacktrace"]["frames"]
    return notes


def run(source: str, *spaces: Any) -> None:
    exec(compile(source, "<made>", "exec"), *spaces)


def test_a_modules_own_special_names_are_no_variables(kept: Keeping) -> None:
    capture_what(run, "x = 7; 1 / 0", {"__name__": "made", "__special__": 1})
    assert variables(kept) == {"x": "7"}


def test_of_very_many_variables_the_first_are_told_and_how_many_there_were(kept: Keeping) -> None:
    capture_what(run, "1 / 0", {"__name__": "made", **{f"x{n}": n for n in range(500)}})
    assert variables(kept) == {f"x{n}": str(n) for n in range(32)}
    assert noted(kept)["2"]["vars"] == {"": {"len": 500}}


def test_as_many_variables_as_fit_are_told_without_a_note(kept: Keeping) -> None:
    capture_what(run, "1 / 0", {"__name__": "made", **{f"x{n}": n for n in range(32)}})
    assert len(variables(kept)) == 32
    assert "2" not in noted(kept)


def test_names_that_are_no_text_are_passed_over(kept: Keeping) -> None:
    space: dict[Any, Any] = {"__name__": "made", "x": 7, 8: 9}
    capture_what(run, "1 / 0", space)
    assert variables(kept) == {"x": "7"}


class Hostile(dict[str, Any]):
    """The local names of executed code may be any mapping."""

    def items(self) -> Any:
        raise RuntimeError


class Lying:
    """A module may call itself anything."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


def test_locals_that_cannot_be_listed_cost_nothing_but_themselves(kept: Keeping) -> None:
    capture_what(run, "1 / 0", {"__name__": "made"}, Hostile())
    assert frames(kept)[-1]["lineno"] == 1
    assert variables(kept) == {}


def test_a_module_whose_name_is_no_text_has_none(kept: Keeping) -> None:
    for _ in range(2):
        capture_what(run, "1 / 0", {"__name__": Lying()})
    assert "module" not in frames(kept)[-1]
