"""``file`` and ``null``: where envelopes go that no server gets, at least not yet."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import ConfigurationError, UnsupportedSetting
from rookery.testing import ScriptedServer
from rookery.testing.conformance.forking import fork
from rookery.transport import build_transport
from rookery.transport.records import read
from tests.laws.running import run

DSN = Dsn.parse("https://key@errors.example.com/7")
if TYPE_CHECKING:
    from rookery.transport.contract import Transport

ROOT = Path(__file__).parents[2]
ATTACHMENT = Item("attachment", b"\xff\n\n{\x00", {"filename": "a.bin"})


def build(name: str = "file", **arguments: Any) -> Transport:
    return build_transport(DSN, name, arguments=arguments)


def error(number: int = 0, *more: Item) -> Envelope:
    event = Item.from_json("event", {"message": f"event {number} \N{SNOWMAN}", "n": number})
    return Envelope({"event_id": f"{number:032x}"}, [event, *more])


def held(path: Path) -> list[Envelope]:
    """The envelopes in a file; anything else in it is a failure."""
    records = list(read(path.read_bytes()))
    assert [record.fault for record in records if record.envelope is None] == []
    return [record.envelope for record in records if record.envelope is not None]


def numbers(*paths: Path) -> list[int]:
    return [int(envelope.event_id or "", 16) for path in paths for envelope in held(path)]


@pytest.mark.parametrize("style", ["envelope", "jsonl"])
def test_what_is_written_is_read_back_to_the_last_byte(tmp_path: Path, style: str) -> None:
    path = tmp_path / "errors"
    transport = build(path=path, format=style)
    for number in range(3):
        assert transport.submit(error(number, ATTACHMENT, Item("note", "a text")))

    assert transport.stats.delivered == 9
    found = held(path)
    for number, envelope in enumerate(found):
        assert envelope.items == error(number, ATTACHMENT, Item("note", "a text")).items
        assert "sent_at" in envelope.headers


def test_a_line_of_json_shows_the_event_as_json(tmp_path: Path) -> None:
    path = tmp_path / "errors"
    build(path=path, format="jsonl").submit(error(5))

    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["items"][0]["json"]["n"] == 5


@pytest.mark.parametrize("style", ["envelope", "jsonl"])
@pytest.mark.parametrize("cut", [1, 2, 3, 20, 60, 100])
def test_a_record_cut_short_costs_nothing_but_itself(tmp_path: Path, style: str, cut: int) -> None:
    path = tmp_path / "errors"
    build(path=path, format=style).submit(error(1))
    whole = path.read_bytes()
    build(path=path, format=style).submit(error(2, ATTACHMENT))
    path.write_bytes(path.read_bytes()[:-cut])
    build(path=path, format=style).submit(error(3))

    found = list(read(path.read_bytes()))

    envelopes = [record.envelope for record in found if record.envelope is not None]
    assert len(path.read_bytes()) > len(whole)
    assert [e.event_id for e in envelopes if e.event_id != f"{2:032x}"] == [
        f"{1:032x}",
        f"{3:032x}",
    ]


def test_a_file_of_another_program_is_read_too() -> None:
    plain = error(1).serialize()

    for data in (plain, plain.rstrip(b"\n"), b"\n\n" + plain + b"\n\n\n"):
        (record,) = read(data)
        assert record.envelope is not None
        assert record.envelope.items == error(1).items


def test_rubbish_is_told_and_given_back() -> None:
    found = list(read(b"not at all\n\n" + error(1).serialize() + b"\n{}{\n"))

    assert [record.envelope is None for record in found] == [True, False, True]
    assert found[0].data == b"not at all"


def test_files_are_renamed_before_they_grow_too_large(tmp_path: Path) -> None:
    path = tmp_path / "errors"
    transport = build(path=path, max_bytes=1000, backups=2)
    for number in range(100):
        transport.submit(error(number))

    paths = [tmp_path / "errors.2", tmp_path / "errors.1", path]
    assert all(each.stat().st_size <= 1000 for each in paths)
    kept = numbers(*paths)
    assert kept == list(range(100 - len(kept), 100))
    assert not (tmp_path / "errors.3").exists()
    assert transport.stats.delivered == 100


def test_without_backups_what_finds_no_room_is_a_counted_loss(tmp_path: Path) -> None:
    path = tmp_path / "errors"
    lost: list[str] = []
    transport = build(
        path=path, max_bytes=600, backups=0, on_drop=lambda _, reason: lost.append(reason)
    )
    for number in range(10):
        transport.submit(error(number))

    kept = numbers(path)
    assert kept == list(range(len(kept)))
    stats = transport.stats
    assert stats.dropped == {("send_error", "error"): 10 - len(kept)}
    assert lost == ["send_error"] * (10 - len(kept))


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    build(path=tmp_path / "errors").submit(error())

    assert (tmp_path / "errors").stat().st_mode & 0o077 == 0


FULL_DISK = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from tests.transports.test_file import build, error

transport = build(path=sys.argv[2])
transport.submit(error(1))
a_record_and_a_half = 3 * len(error(1).serialize()) // 2
resource.setrlimit(resource.RLIMIT_FSIZE, (a_record_and_a_half, resource.RLIM_INFINITY))
transport.submit(error(2))
print(dict(transport.stats.dropped))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
transport.submit(error(3))
"""


def test_a_full_disk_is_a_counted_loss_and_leaves_no_half_record(tmp_path: Path) -> None:
    """A limit of the process stands for the disk's: a write is cut short, then refused."""
    command = [sys.executable, "-c", FULL_DISK, str(ROOT), str(tmp_path / "errors")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ran.stdout == "{('network_error', 'error'): 1}\n"
    assert numbers(tmp_path / "errors") == [1, 3]


def test_threads_and_processes_write_each_record_whole(tmp_path: Path) -> None:
    path = tmp_path / "errors"
    transport = build(path=path, max_bytes=2000, backups=500)

    def write(first: int) -> None:
        for number in range(first, first + 50):
            transport.submit(error(number, ATTACHMENT))

    children = []
    for worker in range(3):
        child = fork()
        if child == 0:
            write(1000 * worker)
            os._exit(0 if transport.stats.delivered == 100 else 1)
        children.append(child)
    threads = [threading.Thread(target=write, args=(10_000 * n,)) for n in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert transport.flush(10.0)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    found = numbers(path, *tmp_path.glob("errors.[0-9]*"))
    expected = [
        n for first in (0, 1000, 2000, 10_000, 20_000, 30_000) for n in range(first, first + 50)
    ]
    assert sorted(found) == sorted(expected)
    assert transport.stats.delivered == 300


def test_a_file_that_somebody_keeps_locked_is_waited_for_and_given_up(tmp_path: Path) -> None:
    path = tmp_path / "errors"
    transport = build(path=path)
    with (tmp_path / "errors.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        transport.submit(error(1))
    transport.submit(error(2))

    assert transport.stats.dropped == {("network_error", "error"): 1}
    assert numbers(path) == [2]


def test_a_relative_path_is_that_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    transport = build(path="errors")
    monkeypatch.chdir("/")
    transport.submit(error(1))

    assert numbers(tmp_path / "errors") == [1]


def test_the_dsn_says_it_too(tmp_path: Path) -> None:
    dsn = f"file+https://key@errors.example.com/7?path={tmp_path}/errors&format=jsonl&backups=3"
    transport = build_transport(Dsn.parse(dsn))
    transport.submit(error(4))

    assert numbers(tmp_path / "errors") == [4]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "needs a path: path='/var/spool/errors'"),
        ({"path": "/nowhere/at/all"}, "path: .*folder that exists"),
        ({"path": "/"}, "path: .*folder that exists"),
        ({"path": "/tmp/x", "format": "xml"}, "format: 'xml'.*'envelope' or 'jsonl'"),
        ({"path": "/tmp/x", "max_bytes": -1}, "max_bytes: -1.*0 or more"),
        ({"path": "/tmp/x", "backups": "many"}, "backups: 'many'.*a whole number"),
    ],
)
def test_wrong_options_are_errors_at_init(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        build(**arguments)


@pytest.mark.parametrize("setting", ["timeout", "https_proxy", "compression"])
@pytest.mark.parametrize("name", ["file", "null"])
def test_settings_of_connections_are_refused(tmp_path: Path, name: str, setting: str) -> None:
    value = {"timeout": 3, "https_proxy": "http://proxy:1", "compression": "gzip"}[setting]
    own = {"path": tmp_path / "errors"} if name == "file" else {}

    with pytest.raises(UnsupportedSetting, match=f"{name}.*{setting}"):
        build(name, **own, **{setting: value})


def test_null_counts_and_forgets() -> None:
    transport = build("null")
    transport.submit(error(1, ATTACHMENT))
    transport.submit(Envelope({}, [Item.from_json("event", {"x": float("nan")})]))

    assert transport.flush(0.0)
    assert transport.stats.delivered == 2
    assert transport.stats.dropped == {("internal_sdk_error", "error"): 1}
    assert transport.close(0.0)
    assert not transport.submit(error())
    assert transport.stats.dropped[("closed", "error")] == 1


@pytest.mark.parametrize("by", ["signal", "finalizer", "gc"])
def test_interruptions_never_hang_and_the_books_balance(tmp_path: Path, by: str) -> None:
    dsn = f"file+http://key@127.0.0.1/1?path={tmp_path}/errors"
    ended = run("interrupted", dsn, "file", by, 100)

    assert ended.code == 0, ended.complained


@pytest.mark.parametrize("last", ["end", "early", "late", "finalizer"])
def test_the_last_event_of_a_program_is_in_the_file(tmp_path: Path, last: str) -> None:
    dsn = f"http://key@127.0.0.1/1?path={tmp_path}/errors"
    ended = run("ending", dsn, "file", last)

    assert (ended.code, ended.complained) == (0, "")
    *_, envelope = held(tmp_path / "errors")
    assert b"the last event" in envelope.serialize()


def test_null_asks_no_server() -> None:
    with ScriptedServer() as server:
        build_transport(Dsn.parse(server.dsn), "null").submit(error())

        assert server.connections == 0
