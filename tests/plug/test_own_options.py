"""The options that one transport declares for itself."""

from __future__ import annotations

from dataclasses import dataclass, field, make_dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Optional

import pytest

from rookery.errors import BadDsn, BadOption, BrokenPlugin, ConfigurationError, UnknownOption
from tests.plug.plugs import HTTPS, Idle, build


@dataclass(frozen=True)
class Loft:
    folder: Path = Path("loft")
    birds: int = 3
    speed: float = 80.0
    is_homing: bool = False
    label: str = "pigeon"
    wind: Literal["north", "south"] = "north"
    height: Literal[1, 2] = 1
    ring: int | None = None
    nickname: Optional[str] = None  # noqa: UP045  # both spellings have to work
    grain: tuple[str, ...] = ()
    mate: str | int = ""
    post: str = field(default="", metadata={"env": ("PIGEON_POST",), "doc": "Where it starts."})


class Pigeon(Idle):
    Options: ClassVar[type | None] = Loft


def loft(dsn: str = HTTPS, environ: dict[str, str] | None = None, **arguments: Any) -> Loft:
    made = build(dsn, Pigeon, environ, **arguments).setup.options
    assert isinstance(made, Loft)
    return made


def test_a_transport_without_options_has_none() -> None:
    assert build().setup.options is None


def test_what_is_not_given_has_the_default_of_the_dataclass() -> None:
    assert loft() == Loft()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("folder", "/var/loft", Path("/var/loft")),
        ("birds", "7", 7),
        ("speed", "80.5", 80.5),
        ("is_homing", "yes", True),
        ("label", "crow", "crow"),
        ("wind", "south", "south"),
        ("height", "2", 2),
        ("ring", "12", 12),
        ("ring", "none", None),
        ("nickname", "Jack", "Jack"),
    ],
)
def test_the_query_is_converted_by_annotation(name: str, text: str, expected: object) -> None:
    assert getattr(loft(f"{HTTPS}?{name}={text}"), name) == expected


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("folder", "/var/loft", Path("/var/loft")),
        ("birds", 7, 7),
        ("ring", None, None),
        ("grain", ("wheat",), ("wheat",)),
        ("mate", 7, 7),
        ("height", 2, 2),
    ],
)
def test_an_argument_is_converted_by_annotation(name: str, given: Any, expected: object) -> None:
    assert getattr(loft(**{name: given}), name) == expected


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("birds", "many", "a whole number"),
        ("birds", 1.5, "a whole number"),
        ("speed", "fast", "a number"),
        ("is_homing", "perhaps", "True or False"),
        ("wind", "west", "'north' or 'south'"),
        ("ring", "x", "a whole number, or None"),
        ("label", 7, "text"),
    ],
)
def test_what_cannot_be_converted_is_refused(name: str, given: Any, allowed: str) -> None:
    with pytest.raises(BadOption, match=f"{name}: .* give {allowed}"):
        loft(**{name: given})


def test_an_argument_beats_the_query_which_beats_the_environment() -> None:
    environ = {"PIGEON_POST": "third"}

    assert loft(f"{HTTPS}?post=second", environ, post="first").post == "first"
    assert loft(f"{HTTPS}?post=second", environ).post == "second"
    assert loft(HTTPS, environ).post == "third"


def test_options_of_its_own_stand_beside_the_settings() -> None:
    made = build(f"{HTTPS}?birds=7&maxsize=5", Pigeon)

    assert made.setup.options == Loft(birds=7)
    assert made.setup.settings.maxsize == 5


def test_the_nearest_name_may_be_one_of_its_own() -> None:
    with pytest.raises(UnknownOption, match=r"'brids'; did you mean 'birds'"):
        loft(brids=7)
    with pytest.raises(BadDsn, match=r"'brids'; did you mean 'birds'"):
        loft(f"{HTTPS}?brids=7")


def test_an_option_of_another_transport_is_unknown() -> None:
    with pytest.raises(UnknownOption, match=r"birds"):
        build(HTTPS, Idle, birds=7)


def test_both_transports_of_a_chain_have_their_options() -> None:
    made = build(HTTPS, f"tests.plug.plugs:Wrapper+{__name__}:Pigeon", birds=7)

    assert made.setup.options is None
    assert made.setup.inner is not None
    # The import path loads this module under its own name, so the class is another one.
    assert getattr(made.setup.inner.setup.options, "birds", None) == 7


def test_an_option_without_a_default_has_to_be_given() -> None:
    @dataclass(frozen=True)
    class Needs:
        folder: str

    class Needy(Idle):
        Options: ClassVar[type | None] = Needs

    with pytest.raises(ConfigurationError, match=r"Needy.*'folder'"):
        build(HTTPS, Needy)


def test_options_may_refuse_a_value_in_their_own_words() -> None:
    @dataclass(frozen=True)
    class Fussy:
        birds: int = 1

        def __post_init__(self) -> None:
            if self.birds > 2:
                raise ValueError("two birds at most")

    class Small(Idle):
        Options: ClassVar[type | None] = Fussy

    with pytest.raises(ConfigurationError, match=r"Small of the program: two birds at most"):
        build(HTTPS, Small, birds=3)


def test_options_that_are_no_dataclass_are_the_fault_of_the_transport() -> None:
    class Odd(Idle):
        Options: ClassVar[type | None] = dict

    with pytest.raises(BrokenPlugin, match=r"Odd.*has to be a dataclass"):
        build(HTTPS, Odd)


@pytest.mark.parametrize("name", ["maxsize", "qmaxsize", "release"])
def test_an_option_that_exists_already_is_the_fault_of_the_transport(name: str) -> None:
    taken = make_dataclass("Taken", [(name, str, "")], frozen=True)

    class Odd(Idle):
        Options: ClassVar[type | None] = taken

    with pytest.raises(BrokenPlugin, match=f"Odd.* declares {name}"):
        build(HTTPS, Odd)
