from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

import rookery
from tests.client.program import run

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


@pytest.mark.parametrize(
    ("given", "near"), [("sample_rat", "sample_rate"), ("beforesend", "before_send")]
)
def test_an_unknown_option_is_a_type_error_that_names_the_nearest(
    init: Init, given: str, near: str
) -> None:
    with pytest.raises(TypeError, match=rf"'{given}'.*{near}"):
        init(**{given: 1})


def test_an_unknown_option_is_an_error_without_a_dsn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    with pytest.raises(TypeError, match="maxsize"):
        rookery.init(maxsise=4)


def test_a_failed_init_leaves_the_client_that_was_there(init: Init) -> None:
    init()
    before = rookery.get_client()
    with pytest.raises(TypeError):
        init(nonsense=1)
    assert rookery.get_client() is before


def test_without_a_dsn_everything_is_a_quiet_no_op() -> None:
    done = run("""
        import asyncio, os
        os.environ.pop("SENTRY_DSN", None)
        guard = rookery.init()
        try:
            1 / 0
        except ZeroDivisionError as error:
            assert rookery.capture_exception(error) is None
        assert rookery.capture_message("hello") is None
        assert rookery.capture_event({"message": "hello"}) is None
        rookery.add_breadcrumb(message="crumb")
        rookery.set_tag("a", "b")
        assert not rookery.is_initialized()
        assert rookery.get_client().transport is None
        assert isinstance(rookery.get_client(), rookery.NonRecordingClient)
        assert rookery.last_event_id() is None
        assert rookery.flush() and rookery.close() and asyncio.run(rookery.flush_async())
        assert sys.excepthook is sys.__excepthook__
        assert "urllib3" not in sys.modules
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_before_init_everything_is_a_quiet_no_op_too() -> None:
    done = run("""
        assert rookery.capture_message("hello") is None
        rookery.add_breadcrumb(message="crumb")
        assert rookery.flush() and not rookery.is_initialized()
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_init_returns_a_guard_that_closes_the_client(init: Init) -> None:
    kept = init()
    with rookery.api.Guard(kept_client()):
        assert rookery.is_initialized()
    assert kept.is_closed
    assert not rookery.is_initialized()
    assert rookery.capture_message("too late") is None


def kept_client() -> rookery.Client:
    client = rookery.get_client()
    assert isinstance(client, rookery.Client)
    return client


def test_the_client_shows_its_options_and_its_transport(init: Init) -> None:
    kept = init(release="shop@1.2", environment="test")
    client = rookery.get_client()
    assert client.transport is kept
    assert client.options["release"] == "shop@1.2"
    assert client.dsn == rookery.Dsn.parse("http://key@errors.example.com/7")


def test_the_capture_functions_answer_with_the_id_of_the_event(kept: Keeping) -> None:
    event_id = rookery.capture_message("hello")
    assert event_id == kept.event["event_id"] == rookery.last_event_id()
    assert kept.envelopes[0].event_id == event_id


def test_flush_tells_its_callback_once_what_is_pending(kept: Keeping) -> None:
    rookery.capture_message("hello")
    kept.is_slow = True
    told: list[tuple[int, float]] = []
    assert not rookery.flush(5, lambda pending, timeout: told.append((pending, timeout)))
    assert told == [(1, 5)]
    assert kept.flushes[0] == 0.1
    assert kept.flushes[1] <= 4.9 + 0.1


def test_a_callback_that_raises_costs_nobody_anything(kept: Keeping) -> None:
    kept.is_slow = True
    assert not rookery.flush(1, lambda pending, _timeout: pending / 0)
    assert len(kept.flushes) == 2


def test_flush_waits_for_the_shutdown_timeout_by_default(kept: Keeping) -> None:
    assert rookery.flush()
    assert kept.flushes == [2.0]


def test_flush_async_runs_on_a_loop(kept: Keeping) -> None:
    assert asyncio.run(rookery.flush_async(1.0))
    assert kept.flushes == [1.0]


def test_close_flushes_once_and_again_is_harmless(kept: Keeping) -> None:
    client = kept_client()
    assert client.close(1.0)
    assert client.close(1.0)
    assert len(kept.flushes) == 1


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_a_variable_has_envelopes_printed_besides(
    init: Init, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("SENTRY_PRINT_ENVELOPES", value)
    kept = init()
    rookery.add_attachment(b"\xff\xfe", filename="a.bin")
    rookery.capture_message("hello")
    said = capsys.readouterr().err
    assert '"formatted":"hello"' in said
    assert said.endswith("(2 bytes)\n")
    assert len(kept.events) == 1


def test_envelopes_are_not_printed_by_default(
    kept: Keeping, capsys: pytest.CaptureFixture[str]
) -> None:
    rookery.capture_message("hello")
    assert capsys.readouterr().err == ""
    assert len(kept.events) == 1
