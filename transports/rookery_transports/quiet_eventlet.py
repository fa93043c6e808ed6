"""eventlet, without the warning that its import gives.

Who chose the transport ``eventlet`` has read in its documentation that eventlet is deprecated, and
a program that takes warnings for errors has to start all the same.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet  # type: ignore[import-untyped]  # it ships no types
    import eventlet.green.socket  # type: ignore[import-untyped]  # likewise
    import eventlet.green.ssl  # type: ignore[import-untyped]  # likewise
    import eventlet.hubs  # type: ignore[import-untyped]  # likewise

__all__ = ["eventlet"]
