"""A program that patches after it has loaded Rookery: ``patched_late.py LIBRARY WHEN``.

It does so before its first error (``WHEN`` is ``before``) or after it (``after``), as gunicorn does in
the workers that it forks from a program which it has loaded once.
"""

from __future__ import annotations

import sys
from importlib import import_module

import rookery

library, when = sys.argv[1:]
rookery.init(transport="threaded")
if when == "after":
    rookery.capture_exception(LookupError("0"))
    rookery.flush(10)
green = import_module(library)
if library == "gevent":
    import_module("gevent.monkey").patch_all()
else:
    green.monkey_patch()


def fail(number: int) -> None:
    rookery.capture_exception(LookupError(number))
    green.sleep(0)


threads = [green.spawn(fail, number) for number in range(1, 4)]
for thread in threads:
    (thread.join if library == "gevent" else thread.wait)()
rookery.capture_exception(LookupError(4))
sys.exit(0 if rookery.flush(10) else "not all is sent")
