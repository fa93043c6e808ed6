"""Web servers under test: they take over a socket that the test listens on."""

from __future__ import annotations

import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from tests.runtimes.running import PATIENCE, Program

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

LOOPBACK = "127.0.0.1"
AT_ONCE = 4
NEVER_RAN = "<title>Internal Server Error</title>"
"""In gunicorn's own page for a request that never came to the program."""


class Site:
    """A web server, by its command line; ``{fd}`` in it is the number of the socket.

    The socket listens from the beginning, so no request is refused, however early it comes.
    """

    def __init__(self, *command: object, folder: Path, **environ: str) -> None:
        self._socket = socket.create_server((LOOPBACK, 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        fd = self._socket.fileno()
        words = [str(word).format(fd=fd) for word in command]
        self.program = Program(*words, folder=folder, fds=(fd,), **environ)

    def __enter__(self) -> Self:
        self.program.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._socket.close()
        self.program.__exit__(kind, error, traceback)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body, over a connection of its own."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def order(self, numbers: Iterable[int], at_once: int = AT_ONCE) -> None:
        """Order what the shop does not have; each order fails with its number."""
        with ThreadPoolExecutor(at_once) as customers:
            answers: list[Any] = list(customers.map(lambda n: self.get(f"/order/{n}"), numbers))
        assert {status for status, _ in answers} == {500}
        assert not any(NEVER_RAN in body for _, body in answers)

    def await_workers(self, count: int) -> set[str]:
        """Wait until so many processes have answered: then each hears signals. What they said."""
        answers: set[str] = set()

        def have_all_answered() -> bool:
            answers.add(self.get("/")[1])
            return len(answers) == count

        self.program.wait_until(have_all_answered, f"{count} workers answer")
        return answers

    def reload(self) -> None:
        """Have all workers replaced by new ones, which load the program anew; wait for it."""
        first = self.program.process
        former = self.program.processes() - {first.pid}
        first.send_signal(signal.SIGHUP)
        self.program.wait_until(lambda: not former & self.program.processes(), "a reload")
