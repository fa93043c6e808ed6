"""Transports that do nothing, and packages made on the spot, for the tests of the plug."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any, ClassVar

from rookery.delivery.ledger import Stats
from rookery.dsn import Dsn
from rookery.transport import Settings, Transport, build_transport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rookery.envelope import Envelope

HTTPS = "https://key@errors.example.com/7"
HTTP = "http://key@errors.example.com/7"


class Idle(Transport):
    """Takes nothing and tells with what it was set up."""

    def submit(self, envelope: Envelope) -> bool:
        return False

    def flush(self, timeout: float) -> bool:
        return True

    def close(self, timeout: float) -> bool:
        return True

    @property
    def stats(self) -> Stats:
        return Stats()


class Wrapper(Idle):
    wraps: ClassVar[bool] = True


def build(
    dsn: str = HTTPS, choice: Any = Idle, environ: Mapping[str, str] | None = None, **arguments: Any
) -> Transport:
    return build_transport(Dsn.parse(dsn), choice, arguments=arguments, environ=environ or {})


def settings(
    dsn: str = HTTPS, choice: Any = Idle, environ: Mapping[str, str] | None = None, **arguments: Any
) -> Settings:
    return build(dsn, choice, environ, **arguments).setup.settings


PIGEON = """
from rookery.delivery.ledger import Stats
from rookery.transport import Transport

class PigeonTransport(Transport):
    def submit(self, envelope): return False
    def flush(self, timeout): return True
    def close(self, timeout): return True
    stats = Stats()
"""


@dataclass(frozen=True)
class Site:
    """A folder of installed packages, and Python processes that see it."""

    folder: Path

    def install(
        self, name: str, version: str, entry_points: Mapping[str, str], **modules: str
    ) -> None:
        """What ``pip install`` leaves behind: the modules and a ``dist-info`` folder."""
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = [f"{key} = {target}" for key, target in entry_points.items()]
        (info / "entry_points.txt").write_text("\n".join(["[rookery.transports]", *lines]))
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        for module, text in modules.items():
            (self.folder / f"{module}.py").write_text(dedent(text))

    def run(self, program: str, **environ: str) -> str:
        """What the program prints, in a new process; its errors are on the same stream."""
        inherited = {key: text for key, text in os.environ.items() if key in ("PATH", "HOME")}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", dedent(program)],
            env={**inherited, "PYTHONPATH": str(self.folder), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout.strip()

    def build(self, dsn: str, then: str = "print(type(made).__name__)", **environ: str) -> str:
        """What a program prints that builds the transport of ``dsn``, or the error's type and text."""
        return self.run(
            f"""
import os, sys
from rookery.dsn import Dsn
from rookery.transport import build_transport
try:
    made = build_transport(Dsn.parse({dsn!r}), environ=dict(os.environ))
    {then}
except Exception as error:
    print(f"{{type(error).__name__}}: {{error}}")
""",
            **environ,
        )
