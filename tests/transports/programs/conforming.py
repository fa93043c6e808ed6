"""The conformance checks, server included, in a program that is patched: ``conforming.py LIBRARY SCHEME``.

They run in a green thread. Says what was not passed, and how many were.
"""

from __future__ import annotations

import sys
import threading
import warnings

warnings.simplefilter("ignore")  # eventlet asks for its own retirement

library, scheme = sys.argv[1:]
green = __import__(library)
if library == "gevent":
    __import__("gevent.monkey").monkey.patch_all()
else:
    green.monkey_patch()

from rookery.testing.conformance import CHECKS, FULL, Backend, perform  # noqa: E402

UNSUITABLE = {"forks"}
"""A forked child would have copies of the server's green threads, which would answer too."""


def run() -> None:
    threading.current_thread()  # known from now on, and no leak of the first check
    backend = Backend(library, FULL - UNSUITABLE)
    checks = [check for check in CHECKS if check.scheme == "https" or scheme == "http"]
    results = [perform(check, backend, scheme) for check in checks]  # type: ignore[arg-type]  # one of two
    for result in results:
        if result.outcome == "failed":
            print(result)
    print("passed", sum(result.outcome == "passed" for result in results))


if library == "gevent":
    green.spawn(run).get()
else:
    green.spawn(run).wait()
