"""``rookery send``: what ``file`` wrote arrives, stays, or is told to be unreadable."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rookery.testing import ScriptedServer
from rookery.testing.server import RefusingServer
from rookery.transport.records import as_envelope, as_line, read
from tests.transports.test_file import ATTACHMENT, build, error, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rookery.testing.answers import Step


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture
def errors(tmp_path: Path) -> Path:
    """A file with five events."""
    path = tmp_path / "errors"
    transport = build(path=path)
    for number in range(5):
        transport.submit(error(number))
    return path


def send(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "rookery", "send", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environ,
    )


def arrived(server: ScriptedServer) -> list[int]:
    return [int(envelope.event_id or "", 16) for envelope in server.envelopes]


@pytest.mark.parametrize("transport", ["threaded", "sync"])
def test_everything_arrives_in_order_and_the_file_is_gone(
    server: ScriptedServer, errors: Path, transport: str
) -> None:
    ran = send(errors, "--dsn", server.dsn, "--transport", transport)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{errors}: 5 delivered\n", "")
    assert arrived(server) == [0, 1, 2, 3, 4]
    assert [each.name for each in errors.parent.iterdir()] == ["errors.lock"]


def test_several_files_and_both_formats(server: ScriptedServer, tmp_path: Path) -> None:
    for number, write in enumerate((as_envelope, as_line)):
        (tmp_path / f"{number}").write_bytes(write(error(number, ATTACHMENT).serialize()))
    ran = send(tmp_path / "0", tmp_path / "1", SENTRY_DSN=f"file+{server.dsn}?path=/x/y")

    assert ran.returncode == 0, ran.stderr
    assert [envelope.items for envelope in server.envelopes] == [
        error(number, ATTACHMENT).items for number in range(2)
    ]


@pytest.mark.parametrize(
    ("step", "told", "kept"),
    [
        (400, "4 delivered, 1 kept (send_error)", [1]),
        (429, "1 delivered, 1 kept (rate_limited), 3 not tried", [1, 2, 3, 4]),
        ("garbage", "1 delivered, 1 kept (network_error), 3 not tried", [1, 2, 3, 4]),
    ],
)
def test_what_is_not_delivered_stays_in_the_file(
    server: ScriptedServer, errors: Path, step: Step, told: str, kept: list[int]
) -> None:
    server.script(200, step)
    ran = send(errors, "--dsn", f"{server.dsn}?retries=0")

    assert (ran.returncode, ran.stdout) == (1, f"{errors}: {told}\n")
    assert sorted(numbers(errors)) == kept

    again = send(errors, "--dsn", server.dsn)
    assert again.returncode == 0
    assert set(arrived(server)) == {0, 1, 2, 3, 4}


def test_without_a_server_nothing_is_lost_and_nothing_takes_long(errors: Path) -> None:
    before = errors.read_bytes()
    with RefusingServer() as nobody:
        ran = send(errors, "--dsn", f"{nobody.dsn}?retries=0")

    assert (ran.returncode, ran.stdout) == (
        1,
        f"{errors}: 1 kept (network_error), 4 not tried\n",
    )
    assert errors.read_bytes() == before


def test_an_item_that_a_limit_stops_is_kept_alone(server: ScriptedServer, tmp_path: Path) -> None:
    path = tmp_path / "errors"
    build(path=path).submit(error(1))
    build(path=path).submit(error(2, ATTACHMENT))
    server.script((200, {"X-Sentry-Rate-Limits": "60:attachment:project"}))
    ran = send(path, "--dsn", server.dsn)

    assert ran.returncode == 1
    (record,) = read(path.read_bytes())
    assert record.envelope is not None
    assert record.envelope.items == (ATTACHMENT,)
    assert arrived(server) == [1, 2]


def test_what_cannot_be_read_is_put_beside_the_file(server: ScriptedServer, errors: Path) -> None:
    whole = errors.read_bytes()
    errors.write_bytes(whole[:-30])
    ran = send(errors, "--dsn", server.dsn)

    assert (ran.returncode, ran.stdout) == (1, f"{errors}: 4 delivered, 1 unreadable\n")
    assert not errors.exists()
    beside = errors.with_name("errors.unreadable").read_bytes()
    assert whole[:-30].endswith(beside.rstrip(b"\n"))


def test_a_program_may_go_on_writing_meanwhile(server: ScriptedServer, errors: Path) -> None:
    server.hold()
    command = [sys.executable, "-m", "rookery", "send", str(errors), "--dsn", server.dsn]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as sending:
        server.wait_for(1)
        build(path=errors).submit(error(9))
        server.release()
        assert sending.wait(30) == 0

    assert numbers(errors) == [9]
    assert arrived(server) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_who_stops_it_loses_nothing(
    server: ScriptedServer, errors: Path, how: signal.Signals
) -> None:
    server.hold()
    command = [sys.executable, "-m", "rookery", "send", str(errors), "--dsn", server.dsn]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sending:
        server.wait_for(1)
        sending.send_signal(how)
        sending.wait(30)
    server.release()
    ran = send(errors, "--dsn", server.dsn)

    assert ran.returncode == 0
    assert sorted(set(arrived(server))) == [0, 1, 2, 3, 4]
    assert not errors.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "--dsn", "https://key@127.0.0.1/1"], "no such file: nowhere"),
        (["{errors}"], "where to? give --dsn, or set SENTRY_DSN"),
        (["{errors}", "--dsn", "gopher"], "DSN"),
        (["{errors}", "--dsn", "http://k@127.0.0.1/1", "--transport", "thraeded"], "'threaded'"),
    ],
)
def test_what_must_be_typed_otherwise(errors: Path, arguments: list[str], told: str) -> None:
    before = errors.read_bytes()
    ran = send(*(argument.replace("{errors}", str(errors)) for argument in arguments))

    assert ran.returncode == 2
    assert told in ran.stderr
    assert errors.read_bytes() == before
