from __future__ import annotations

import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from rookery.version import VERSION
from tests.inbox.running import PATIENCE, RunningInbox, envelope_of, new_id


def rookery(*arguments: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "rookery", *arguments)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_the_command_says_its_version() -> None:
    done = rookery("--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"rookery {VERSION} (Python 3.")


def test_help_lists_the_commands() -> None:
    done = rookery("--help")

    assert done.returncode == 0
    assert re.search(r"inbox +run a local server", done.stdout)


def test_help_of_a_command_lists_its_options() -> None:
    done = rookery("inbox", "--help")

    assert done.returncode == 0
    for option in ("--port", "--host", "--db", "--quiet", "--max-event-size"):
        assert option in done.stdout
    assert "Any key and any project are accepted" in done.stdout


def test_each_option_is_on_the_page_of_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "inbox.md").read_text(encoding="utf-8")

    options = set(re.findall(r"--[a-z-]+", rookery("inbox", "--help").stdout)) - {"--help"}

    assert [option for option in options if f"| `{option}" not in page] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("outbox",), "'outbox'"),
        (("inbox", "--port", "70000"), "'70000' is no port; give 0 to 65535"),
        (("inbox", "--port", "x"), "'x' is no port; give 0 to 65535"),
        (("inbox", "--max-event-size", "1M"), "'1M' is no number of bytes; give one like 1048576"),
        (("inbox", "--frobnicate"), "--frobnicate"),
    ],
)
def test_what_is_typed_wrongly_is_told(arguments: tuple[str, ...], said: str) -> None:
    done = rookery(*arguments)

    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("library", ["tornado", "brotli", "zstandard"])
def test_a_missing_extra_is_named_with_what_to_type(library: str) -> None:
    without = f"import sys; sys.modules[{library!r}] = None; from rookery.cli import main"

    done = python("-c", f"{without}; sys.exit(main(['inbox', '--port', '0']))")

    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'rookery[inbox]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_loads_no_server_until_it_is_asked_for_one() -> None:
    done = python(
        "-c",
        "import sys; from rookery.cli import make_parser; make_parser().format_help();"
        "print([name for name in ('tornado', 'sqlite3', 'asyncio') if name in sys.modules])",
    )

    assert done.stdout == "[]\n"


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(number: signal.Signals) -> None:
    with RunningInbox() as running:
        running.post("1", envelope_of({"message": "tea"}))
        running.process.send_signal(number)
        assert running.process.wait(PATIENCE) == 0


@pytest.mark.usefixtures("extra")
def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = rookery("inbox", "--port", str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
    assert "--port 0" in done.stderr


@pytest.mark.usefixtures("extra")
def test_it_says_where_it_is_and_what_arrives() -> None:
    command = [sys.executable, "-m", "rookery", "inbox", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(4)]
        dsn = said[1].split()[1]
        sent = python(
            "-c", f"import rookery; rookery.init({dsn!r}); rookery.capture_message('tea')"
        )
        assert sent.returncode == 0, sent.stderr
        arrived = process.stdout.readline()
        process.terminate()

    page = said[2].split()[1]
    assert arrived.startswith(f"info: tea  {page}events/")
    assert "memory" in said[3]


@pytest.mark.usefixtures("extra")
def test_what_is_refused_is_said_with_its_cause() -> None:
    command = [sys.executable, "-m", "rookery", "inbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(4)]
        address = said[2].split()[1].removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((address[0], int(address[1]))) as connection:
            connection.sendall(b"POST /api/1/store/ HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")
            assert b"403" in connection.recv(100)
        refused = process.stdout.readline()
        process.terminate()

    assert refused.startswith(
        "403 POST /api/1/store/: missing authorization information: give a key"
    )


@pytest.mark.usefixtures("extra")
def test_only_an_inbox_open_to_the_network_warns() -> None:
    command = [
        sys.executable,
        "-m",
        "rookery",
        "inbox",
        "--quiet",
        "--port",
        "0",
        "--host",
        "0.0.0.0",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        dsn = process.stdout.readline()
        process.terminate()
        warned = process.communicate(timeout=PATIENCE)[1]

    assert dsn.startswith("http://inbox@127.0.0.1:")
    assert "there is no password" in warned
    assert process.returncode == 0


@pytest.mark.usefixtures("extra")
def test_events_in_a_file_outlive_the_inbox(tmp_path: Path) -> None:
    file, event_id = tmp_path / "events.db", new_id()
    with RunningInbox("--db", str(file)) as first:
        first.post("1", envelope_of({"message": "tea"}, event_id))

    with RunningInbox("--db", str(file)) as second:
        second.post("1", envelope_of({"message": "tea"}, event_id))
        assert [line["id"] for line in second.events("1")] == [event_id]


@pytest.mark.usefixtures("extra")
def test_an_event_that_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    file, event_id = tmp_path / "events.db", new_id()
    first = RunningInbox("--db", str(file))
    first.post("1", envelope_of({"message": "tea"}, event_id))
    first.kill()

    with RunningInbox("--db", str(file)) as second:
        assert second.event(event_id, "1")["title"] == "tea"


@pytest.mark.usefixtures("extra")
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "shop.db"
    text.write_text("milk, eggs, " * 100)
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE orders (id)")
    connection.close()
    before = (text.read_bytes(), other.read_bytes())

    done = [rookery("inbox", "--port", "0", "--db", str(file)) for file in (text, other, tmp_path)]

    assert [each.returncode for each in done] == [2, 2, 2]
    assert "file is not a database; give a file of its own" in done[0].stderr
    assert "made by another program; give a file of its own" in done[1].stderr
    assert "unable to open database file" in done[2].stderr
    assert (text.read_bytes(), other.read_bytes()) == before
