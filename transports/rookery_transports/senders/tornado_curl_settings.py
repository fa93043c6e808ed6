"""The shared settings in libcurl's words.

Rule: libcurl decides nothing by itself: no proxy of the environment, no authorities of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pycurl

from rookery.transport.proxies import proxy_for
from rookery_transports.authorities import authorities
from rookery_transports.tls import is_encrypted

if TYPE_CHECKING:
    from rookery.transport.contract import Setup


def options(setup: Setup) -> dict[int, Any]:
    """What is set on each of its handles."""
    settings, verified = setup.settings, int(setup.settings.verify_ssl)
    proxy = proxy_for(settings, setup.dsn)
    found: dict[int, Any] = {
        pycurl.PROXY: proxy or "",
        pycurl.NOPROXY: "",
        pycurl.PROXYHEADER: [f"{name}: {value}" for name, value in settings.proxy_headers.items()],
        pycurl.HEADEROPT: pycurl.HEADER_SEPARATE,
        pycurl.FORBID_REUSE: int(not settings.keep_alive),
        pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
        pycurl.NOSIGNAL: 1,
    }
    for side in ("", "PROXY_"):
        found[getattr(pycurl, f"{side}SSL_VERIFYPEER")] = verified
        found[getattr(pycurl, f"{side}SSL_VERIFYHOST")] = 2 * verified
    if is_encrypted(setup.dsn.scheme, proxy):
        trusted = b"\n".join(authorities(settings.ca_certs))
        found[pycurl.CAINFO_BLOB] = found[pycurl.PROXY_CAINFO_BLOB] = trusted
    if settings.cert_file is not None:
        found[pycurl.SSLCERT] = settings.cert_file
        found[pycurl.SSLKEY] = settings.key_file or settings.cert_file
    return found
