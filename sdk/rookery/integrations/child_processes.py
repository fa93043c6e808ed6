"""Child processes: ``subprocess.Popen`` leaves a breadcrumb when it has started one."""

from __future__ import annotations

import os
import subprocess
from functools import wraps
from typing import TYPE_CHECKING, Any

from rookery.breadcrumbs import breadcrumb
from rookery.event.text import cut, safe_str
from rookery.harmless import harmless
from rookery.integrations import active
from rookery.integrations.outgoing import without_credentials
from rookery.integrations.stdlib import StdlibIntegration
from rookery.scopes import get_isolation_scope
from rookery.transport.guard import is_delivering

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_COMMAND = 1024


def watch() -> None:
    """Wrap ``Popen.__init__``, which all the other functions of the module call."""
    subprocess.Popen.__init__ = _starting(subprocess.Popen.__init__)  # type: ignore[method-assign]


def _starting(begin: Callable[..., None]) -> Callable[..., None]:
    @wraps(begin)
    def start(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        __tracebackhide__ = True
        begin(self, args, *rest, **options)
        _leave_crumb(self, args, options.get("cwd"))

    return start


@harmless(None)
def _leave_crumb(process: Any, args: Any, cwd: Any) -> None:
    found = None if is_delivering() else active(StdlibIntegration)
    if found is not None:
        told = {"subprocess.pid": process.pid, "subprocess.cwd": cwd and os.fsdecode(cwd)}
        crumb = breadcrumb(
            {
                "type": "subprocess",
                "category": "subprocess",
                "message": command_line(args),
                "data": {name: value for name, value in told.items() if value},
            }
        )
        get_isolation_scope().keep_breadcrumb(found[0], crumb, {})


def command_line(args: Any) -> str:
    """The command as one text, without the passwords in its URLs."""
    whole = isinstance(args, (str, bytes, os.PathLike))
    words = [_word(word) for word in ([args] if whole else args)]
    return str(cut(" ".join(words), MAX_COMMAND))


def _word(word: Any) -> str:
    if isinstance(word, (str, bytes, os.PathLike)):
        return without_credentials(os.fsdecode(word))
    return safe_str(word)
