"""Makes one check of a transport with a planted fault: ``judge_a_fault.py FAULT CHECK``.

In a process of its own, because some faults leave threads behind that never end. Prints the
outcome and, for a skip, the reason.
"""

from __future__ import annotations

import os
import sys

from rookery.testing.conformance import CHECKS, FULL, Backend, perform
from rookery.testing.faults import FAULTS
from rookery_transports.threaded import ThreadedTransport

PATIENCE = 1.0
"""Seconds: a fault that hangs is waited for so long."""


def main(fault_name: str, check_name: str) -> None:
    fault = next(fault for fault in FAULTS if fault.name == fault_name)
    check = next(check for check in CHECKS if check.name == check_name)
    backend = Backend("faulty", FULL, fault.plant(ThreadedTransport), patience=PATIENCE)
    result = perform(check, backend, fault.scheme)
    print(result.outcome, result.reason, flush=True)
    os._exit(0)  # what the fault left running is not waited for


if __name__ == "__main__":
    main(*sys.argv[1:])
