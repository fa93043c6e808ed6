"""Child processes: ``subprocess.Popen`` tells each its trace, and leaves a breadcrumb of it.

The trace is told in the environment, where ``init`` looks for it (protocol: trace propagation).
"""

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
from rookery.options import environ
from rookery.propagation import VARIABLES
from rookery.scopes import get_current_scope, get_isolation_scope
from rookery.transport.guard import is_delivering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_COMMAND = 1024
CWD, ENV = 8, 9
"""Where these stand among the arguments of ``Popen`` after its first."""


def watch() -> None:
    """Wrap ``Popen.__init__``, which all the other functions of the module call."""
    subprocess.Popen.__init__ = _starting(subprocess.Popen.__init__)  # type: ignore[method-assign]


def _starting(begin: Callable[..., None]) -> Callable[..., None]:
    @wraps(begin)
    def start(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        __tracebackhide__ = True
        if len(rest) > ENV:
            rest = (*rest[:ENV], _telling(rest[ENV]), *rest[ENV + 1 :])
        else:
            options["env"] = _telling(options.get("env"))
        begin(self, args, *rest, **options)
        _leave_crumb(self, args, rest[CWD] if len(rest) > CWD else options.get("cwd"))

    return start


def _telling(env: Mapping[Any, Any] | None) -> Mapping[Any, Any] | None:
    """The child's environment with the trace in it; as given if there is none to tell."""
    told = _trace_for(env)
    return {**(environ() if env is None else env), **told} if told else env


@harmless({})
def _trace_for(env: Mapping[Any, Any] | None) -> dict[str, str]:
    """The variables for a child; one that the program itself has set for it is not among them."""
    if is_delivering() or active(StdlibIntegration) is None:
        return {}
    ours = environ()
    if env is not None and any(
        env.get(name, ours.get(name)) != ours.get(name) for name in VARIABLES
    ):
        return {}
    headers = get_current_scope().propagation_headers()
    return {name: headers[header] for name, header in VARIABLES.items() if header in headers}


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
