"""What the transports share that open no connection."""

from __future__ import annotations

NETWORK_SETTINGS = frozenset(
    {
        "timeout",
        "keep_alive",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "proxy_headers",
        "ca_certs",
        "verify_ssl",
        "cert_file",
        "key_file",
        "ssl_context",
        "socket_options",
    }
)
"""Settings that mean nothing without a connection, and so are refused when given."""
