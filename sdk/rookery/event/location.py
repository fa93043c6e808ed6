"""Where code lies: its file's name inside its package, and whether it is the application's."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

INSTALLED = ("site-packages", "dist-packages")


class Boundaries(NamedTuple):
    """What counts as the application's own code (options ``in_app_*``, ``project_root``)."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    project_root: str | None = None


def relative_filename(module: str | None, filename: str) -> tuple[str, str]:
    """The file's path from the import root, and its absolute path; ``<string>`` is neither."""
    if not filename or filename.startswith("<"):
        return filename or "<unknown>", filename or "<unknown>"
    abs_path = absolute(filename[:-1] if filename.endswith(".pyc") else filename)
    package, _, below = (module or "").partition(".")
    if not below:
        return (os.path.basename(abs_path) if module else abs_path), abs_path
    root = import_root(package)
    if root is not None and abs_path.startswith(root):
        return abs_path[len(root) :], abs_path
    return abs_path, abs_path


def import_root(package: str) -> str | None:
    """The folder, or archive, that a top-level package was imported from, with its separator."""
    home = getattr(sys.modules.get(package), "__file__", None)
    if not isinstance(home, str):
        return None
    return os.path.dirname(os.path.dirname(absolute(home))).rstrip(os.sep) + os.sep


def absolute(path: str) -> str:
    """The path as it is where there is no current folder to begin at."""
    try:
        return os.path.abspath(path)
    except (OSError, ValueError):
        return path


def in_app(boundaries: Boundaries, module: object, abs_path: object) -> bool | None:
    """Whether the frame is the application's; None leaves it to the server (protocol: in_app)."""
    if _is_below(module, boundaries.include):
        return True
    if _is_below(module, boundaries.exclude):
        return False
    if not isinstance(abs_path, str):
        return None
    if _is_installed(abs_path):
        return False
    return True if _is_inside(abs_path, boundaries.project_root) else None


def _is_below(module: object, names: tuple[str, ...]) -> bool:
    return bool(module) and any(f"{module}.".startswith(f"{name}.") for name in names)


def _is_installed(path: str) -> bool:
    folders = path.replace("\\", "/").split("/")[1:-1]
    return any(name in folders for name in INSTALLED)


def _is_inside(path: str, root: str | None) -> bool:
    return bool(root) and path.startswith(f"{str(root).rstrip(os.sep)}{os.sep}")
