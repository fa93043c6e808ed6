"""The same exception is told once in a context."""

from __future__ import annotations

import contextvars
import gc
import pickle
from copy import copy, deepcopy
from typing import NoReturn
from weakref import ref

import pytest

from rookery.event.dedupe import forget, is_repeated


class OwnError(Exception):
    pass


class SlottedError(Exception):
    __slots__ = ()


class HidingError(Exception):
    @property
    def __dict__(self) -> NoReturn:  # type: ignore[override]  # that is the point
        raise RuntimeError


KINDS = [OwnError, SlottedError, HidingError, ValueError, KeyboardInterrupt, OSError]
any_kind = pytest.mark.parametrize("kind", KINDS)


@any_kind
def test_an_exception_repeats_itself_alone(kind: type[BaseException]) -> None:
    first, second = kind("soup"), kind("soup")
    assert [is_repeated(first), is_repeated(first), is_repeated(first)] == [False, True, True]
    assert [is_repeated(second), is_repeated(second)] == [False, True]


def test_only_the_last_one_counts() -> None:
    first, second = ValueError(), ValueError()
    assert [is_repeated(each) for each in (first, second, first)] == [False, False, False]


@any_kind
def test_one_that_was_forgotten_is_new(kind: type[BaseException]) -> None:
    error = kind()
    is_repeated(error)
    forget(error)
    assert not is_repeated(error)


def test_forgetting_another_one_changes_nothing() -> None:
    error = ValueError()
    is_repeated(error)
    forget(ValueError())
    assert is_repeated(error)


def test_another_context_has_not_seen_it() -> None:
    error, elsewhere = ValueError(), contextvars.Context()
    is_repeated(error)
    assert not elsewhere.run(is_repeated, error)
    assert elsewhere.run(is_repeated, error)


def test_a_context_that_was_copied_has_seen_it() -> None:
    error = OwnError()
    is_repeated(error)
    assert contextvars.copy_context().run(is_repeated, error)


class Soup:
    pass


@any_kind
def test_nothing_keeps_its_variables_alive(kind: type[BaseException]) -> None:
    def fail() -> ref[Soup]:
        soup = Soup()
        try:
            raise kind
        except kind as error:
            is_repeated(error)
            error.args = (soup,)
        return ref(soup)

    kept = fail()
    gc.collect()
    assert kept() is None


def test_one_that_takes_the_place_of_another_in_memory_is_new() -> None:
    assert not any(is_repeated(OwnError()) for _ in range(100))
    assert not any(is_repeated(ValueError()) for _ in range(100))


@pytest.mark.parametrize("kind", [OwnError, ValueError])
def test_an_exception_can_be_copied_and_pickled_still(kind: type[BaseException]) -> None:
    error = kind("soup")
    is_repeated(error)
    for same in (copy(error), deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert (type(same), same.args) == (kind, ("soup",))
    assert not is_repeated(pickle.loads(pickle.dumps(error)))
