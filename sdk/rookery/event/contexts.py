"""What the program runs on: the same for every event of a process, so told once."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

NAMES = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


@cache
def runtime() -> dict[str, str]:
    """The interpreter (protocol: contexts, ``runtime``)."""
    name = NAMES.get(sys.implementation.name, sys.implementation.name)
    version = ".".join(map(str, sys.version_info[:3]))
    return {"name": name, "version": version, "build": sys.version}


@cache
def operating_system() -> dict[str, str]:
    """The system (protocol: contexts, ``os``); ``os.uname`` rather than the slow ``platform``."""
    if hasattr(os, "uname"):
        system = os.uname()
        return {"name": system.sysname, "version": system.release, "build": system.version}
    version: Any = sys.getwindowsversion()  # type: ignore[attr-defined,unused-ignore]
    return {"name": "Windows", "version": f"{version.major}.{version.minor}.{version.build}"}


@cache
def device() -> dict[str, Any]:
    """The machine (protocol: contexts, ``device``): what one system call each can tell."""
    told: dict[str, Any] = {"processor_count": os.cpu_count()}
    if hasattr(os, "uname"):
        told["arch"] = os.uname().machine
    names = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" in names and "SC_PAGE_SIZE" in names:
        told["memory_size"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {name: value for name, value in told.items() if value}


def machine_contexts() -> dict[str, dict[str, Any]]:
    """A fresh mapping, for the event to keep."""
    return {
        "runtime": runtime().copy(),
        "os": operating_system().copy(),
        "device": device().copy(),
    }
