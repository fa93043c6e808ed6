"""The same exceptions through sentry-sdk: where both follow one rule, both must say the same."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from tests.event.telling import EMPTY, since_311

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.keeping import Init

sentry_sdk = pytest.importorskip("sentry_sdk")
if not hasattr(sentry_sdk, "get_global_scope"):
    pytest.skip(f"sentry-sdk {sentry_sdk.VERSION} is not today's", allow_module_level=True)

FRAME = ("function", "module", "filename", "abs_path", "lineno", "in_app")
SOURCE = ("pre_context", "context_line", "post_context")


@pytest.fixture
def peer() -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """Capture with sentry-sdk; the events that it would send."""
    sent: list[dict[str, Any]] = []

    def begin(error: BaseException, **options: Any) -> dict[str, Any]:
        def keep(event: dict[str, Any], hint: object) -> None:
            sent.append(event)

        sentry_sdk.init(
            "http://key@localhost/1", before_send=keep, default_integrations=False, **options
        )
        sentry_sdk.capture_exception(error)
        return sent[-1]

    yield begin  # type: ignore[misc]
    sentry_sdk.get_client().close(0)
    sentry_sdk.get_global_scope().set_client(None)


def plain_failure() -> None:
    basket = {"apple": 1}
    basket["pear"]


def failure_with_a_cause() -> None:
    try:
        plain_failure()
    except KeyError as error:
        raise ValueError("no pear") from error


def failure_while_handling() -> None:
    try:
        failure_with_a_cause()
    except ValueError:
        EMPTY["x"]


def failure_from_none() -> None:
    try:
        plain_failure()
    except KeyError:
        raise OSError(13, "no entry") from None


def failure_in_executed_code() -> None:
    exec("\n\n1 / 0\n", {"__name__": "executed"})


def failure_in_a_library() -> None:
    import json

    json.loads("{")


def failure_with_notes() -> None:
    error = ValueError("noted")
    error.__notes__ = ["one", "two"]  # type: ignore[attr-defined,unused-ignore]
    raise error


def failure_in_circles() -> None:
    one, two = ValueError("one"), KeyError("two")
    one.__cause__, two.__cause__ = two, one
    raise one


def failure_of_many() -> None:
    group: Any = vars(builtins)["ExceptionGroup"]
    inner = group("in", [TypeError(), KeyError()])
    raise group("g", [ValueError(), inner, OSError()]) from ZeroDivisionError()


def failure_in_a_hidden_frame() -> None:
    def hidden() -> None:
        __tracebackhide__ = True
        plain_failure()

    hidden()


FAILURES = [
    plain_failure,
    failure_with_a_cause,
    failure_while_handling,
    failure_from_none,
    failure_in_a_library,
    failure_with_notes,
    failure_in_circles,
    failure_in_a_hidden_frame,
    pytest.param(failure_of_many, marks=since_311),
]


def caught(fail: Callable[[], object]) -> BaseException:
    try:
        fail()
    except Exception as error:  # noqa: BLE001  # whatever it is
        return error
    raise AssertionError


def told(event: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (entry["type"], entry.get("module"), entry["value"], entry["mechanism"])
        for entry in event["exception"]["values"]
    ]


def stacks(event: dict[str, Any], keys: tuple[str, ...]) -> list[list[tuple[Any, ...]]]:
    return [
        [tuple(frame.get(key) for key in keys) for frame in entry["stacktrace"]["frames"]]
        for entry in event["exception"]["values"]
        if "stacktrace" in entry
    ]


Peer = Any  # a fixture's function, given an exception and options


@pytest.mark.parametrize("fail", FAILURES)
def test_chains_are_the_same(init: Init, peer: Peer, fail: Callable[[], object]) -> None:
    kept = init()
    error = caught(fail)
    rookery.capture_exception(error)
    ours, theirs = told(kept.event), told(peer(error))
    for entry in theirs:  # without a group sentry-sdk has no ids, and calls each one generic
        entry[3].setdefault("type", "generic")
    assert [entry[:3] for entry in ours] == [entry[:3] for entry in theirs]
    if fail is failure_of_many:
        assert [entry[3] for entry in ours] == [entry[3] for entry in theirs]


@pytest.mark.parametrize("fail", FAILURES)
def test_frames_are_the_same(init: Init, peer: Peer, fail: Callable[[], object]) -> None:
    kept = init()
    error = caught(fail)
    rookery.capture_exception(error)
    event = peer(error)
    assert stacks(kept.event, FRAME) == stacks(event, FRAME)
    assert stacks(kept.event, SOURCE) == stacks(event, SOURCE)
    assert variables(kept.event) == variables(event)


def variables(event: dict[str, Any]) -> list[list[list[str]]]:
    return [
        [sorted(frame["vars"]) for frame in entry["stacktrace"]["frames"]]
        for entry in event["exception"]["values"]
        if "stacktrace" in entry
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"in_app_include": ["json"]},
        {"in_app_exclude": ["tests"]},
        {"in_app_include": ["tests.event"], "in_app_exclude": ["tests"]},
        {"project_root": "/nowhere"},
    ],
    ids=str,
)
def test_what_is_the_programs_own_is_the_same(
    init: Init, peer: Peer, options: dict[str, Any]
) -> None:
    kept = init(**options)
    error = caught(failure_in_a_library)
    rookery.capture_exception(error)
    assert stacks(kept.event, FRAME) == stacks(peer(error, **options), FRAME)


def test_the_full_stack_ends_the_same(init: Init, peer: Peer) -> None:
    options = {"add_full_stack": True, "max_stack_frames": 8}
    kept = init(**options)
    try:
        failure_with_a_cause()
    except ValueError as error:
        rookery.capture_exception(error)
        event = peer(error, **options)
    ours, theirs = (stacks(told, ("function",))[-1] for told in (kept.event, event))
    assert (len(ours), len(theirs)) == (8, 8)
    # sentry-sdk adds what the catcher called, too, and the catcher once more: on its present line.
    assert theirs[-4:-2] == [("test_the_full_stack_ends_the_same",), ("begin",)]
    assert ours[-6:] == theirs[:-4] + theirs[-2:]


def test_executed_code_has_the_same_lines_though_no_path_of_its_own(init: Init, peer: Peer) -> None:
    kept = init()
    error = caught(failure_in_executed_code)
    rookery.capture_exception(error)
    keys = ("function", "module", "filename", "lineno")
    assert stacks(kept.event, keys) == stacks(peer(error), keys)
    assert (
        kept.event["exception"]["values"][0]["stacktrace"]["frames"][-1]["abs_path"] == "<string>"
    )
