"""OpenSSL in a process that ends in C, as uWSGI's workers do.

They call ``exit``, whose handlers run in reverse order of their registration. uWSGI's ends Python, and
so runs our exit handler. OpenSSL registers one of its own when it is first used. If that was in a
worker, by whoever sent the first event, OpenSSL is gone before what is pending is sent: a connection
over TLS breaks, and a module that loads it just then takes the process down.
"""

from __future__ import annotations


def outlive_python() -> None:
    """Have OpenSSL there before uWSGI registers what ends Python: while it loads the program."""
    import hashlib  # noqa: F401 - the first use, which is all
    import ssl  # noqa: F401 - as above
