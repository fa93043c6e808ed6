"""The decisions: what to send, when, again or not, and what became of it. Pure, sans-IO.

Rule 1: nothing here imports a socket, a thread, a clock, ``random``, ``os`` or ``logging``.
Rule 2: time and chance are arguments. ``now`` is in seconds of a monotonic clock.
Rule 3: a decision is returned as a value; a driver acts on it.
"""
