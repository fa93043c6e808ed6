"""A program that forks again and again amid its own captures: ``forking_often.py DSN TIMES``.

Two threads capture all the while, so that forks find the transport's insides mid-operation.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings

import rookery

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks amid threads
dsn, times = sys.argv[1], int(sys.argv[2])
rookery.init(dsn, transport="threaded", maxsize=50)
is_over = threading.Event()


def capture_all_the_while() -> None:
    while not is_over.wait(0.002):
        rookery.capture_message("of the parent")


threads = [threading.Thread(target=capture_all_the_while) for _ in range(2)]
for thread in threads:
    thread.start()
failures = 0
for number in range(times):
    child = os.fork()
    if child == 0:
        rookery.capture_message(f"of child {number}")
        os._exit(0 if rookery.flush(10.0) else 1)
    _, status = os.waitpid(child, 0)
    failures += status != 0
is_over.set()
for thread in threads:
    thread.join()
rookery.flush(10.0)
sys.exit(failures)
