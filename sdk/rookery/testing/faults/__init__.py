"""The kept list of planted faults: each of them must turn its checks red.

It proves that the conformance kit can fail. Whoever adds a check adds a fault that it finds.
"""

from __future__ import annotations

from rookery.testing.faults import (
    in_answers,
    in_processes,
    in_requests,
    in_senders,
    in_settings,
    in_timing,
    in_transports,
)
from rookery.testing.faults.plant import Fault, Plant

__all__ = ["FAULTS", "Fault", "Plant"]

FAULTS: tuple[Fault, ...] = (
    *in_settings.FAULTS,
    *in_timing.FAULTS,
    *in_requests.FAULTS,
    *in_answers.FAULTS,
    *in_senders.FAULTS,
    *in_transports.FAULTS,
    *in_processes.FAULTS,
)
"""Every fault."""
