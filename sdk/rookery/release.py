"""The version of the program, where nobody says it (protocol: release).

The commit that the git work tree is at, read from git's files; else what a platform tells its
programs in a variable.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORMS = (
    "HEROKU_BUILD_COMMIT",
    "HEROKU_SLUG_COMMIT",
    "SOURCE_VERSION",
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "CIRCLE_SHA1",
    "GAE_DEPLOYMENT_ID",
    "K_REVISION",
)
"""Variables of Heroku, CodeBuild, CircleCI, App Engine and Cloud Run, the first that is set."""
LENGTHS = (40, 64)
"""Digits of a commit, by SHA-1 and by SHA-256."""
MOST_HOPS = 5
"""A reference may name another one; git follows no more of them (gitrepository-layout)."""


def detect_release(folder: str, environ: Mapping[str, str]) -> str | None:
    """The release of a program that runs in ``folder``; None if nothing tells it."""
    commit = head_commit(environ.get("GIT_DIR") or git_folder(folder))
    return commit or next((environ[name] for name in PLATFORMS if environ.get(name)), None)


def git_folder(folder: str) -> str | None:
    """Where git keeps what it knows of the work tree around ``folder``."""
    while True:
        found = os.path.join(folder, ".git")
        if os.path.isdir(found):
            return found
        pointer = _read(found)  # a file, in a linked work tree and in a submodule
        if pointer.startswith("gitdir:"):
            return os.path.join(folder, pointer.removeprefix("gitdir:").strip())
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def head_commit(git: str | None) -> str | None:
    """The commit that is checked out; None before the first one, and where git stores it otherwise."""
    if git is None:
        return None
    shared = os.path.join(git, _read(os.path.join(git, "commondir")))
    text = _read(os.path.join(git, "HEAD"))
    for _ in range(MOST_HOPS):
        if not text.startswith("ref:"):
            break
        name = text.removeprefix("ref:").strip()
        text = (
            _read(os.path.join(git, name))
            or _read(os.path.join(shared, name))
            or _packed(shared, name)
        )
    return text if len(text) in LENGTHS and _is_hexadecimal(text) else None


def _packed(shared: str, name: str) -> str:
    """The reference, of the file that holds many, one in a line: commit, blank, name."""
    for line in _read(os.path.join(shared, "packed-refs")).splitlines():
        commit, _, found = line.partition(" ")
        if found == name:
            return commit
    return ""


def _is_hexadecimal(text: str) -> bool:
    return not text.strip("0123456789abcdef")


def _read(path: str) -> str:
    """The file's text without the blanks around it; empty if it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return ""


def current_folder() -> str | None:
    """Where the program was started; None if that is no longer there."""
    try:
        return os.getcwd()
    except OSError:
        return None
