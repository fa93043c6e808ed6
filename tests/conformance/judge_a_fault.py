"""Makes one check of a transport with a planted fault: ``judge_a_fault.py FOLDER FAULT CHECK [NAME]``.

The folder is for what it leaves behind. With a name such as ``tee+threaded`` the fault is planted in what is wrapped.

In a process of its own, because some faults leave threads behind that never end. Prints the
outcome and, for a skip, the reason.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from rookery.testing.certificate_folder import keep_in
from rookery.testing.conformance import CHECKS, perform
from rookery.testing.conformance.declared import declared
from rookery.testing.faults import FAULTS, Fault
from rookery.transport.chooser import choose

PATIENCE = 1.0
"""Seconds: a fault that hangs is waited for so long."""


def main(folder: str, fault_name: str, check_name: str, transport: str = "threaded") -> None:
    keep_in(Path(folder))
    fault = next(fault for fault in FAULTS if fault.name == fault_name)
    check = next(check for check in CHECKS if check.name == check_name)
    choice = planted(fault, transport)
    backend = replace(declared(transport), name="faulty", transport=choice, patience=PATIENCE)
    result = perform(check, backend, fault.scheme)
    print(result.outcome, result.reason, flush=True)
    os._exit(0)  # what the fault left running is not waited for


def planted(fault: Fault, name: str) -> Any:
    """What names the faulty transport."""
    chain = choose(name, None, {})
    wrapper, *within = chain if "+" in name else chain[:1]
    if not within:
        return fault.plant(wrapper.factory)
    globals()["FAULTY"] = fault.plant(within[-1].factory)
    return f"{wrapper.name}+{__name__}:FAULTY"


if __name__ == "__main__":
    main(*sys.argv[1:])
