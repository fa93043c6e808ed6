"""TLS for Twisted, which has OpenSSL of its own: the shared settings in the words of pyOpenSSL."""

from __future__ import annotations

import os
import re
import ssl
from typing import TYPE_CHECKING, Any

import certifi
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from OpenSSL import SSL
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import (
    Certificate,
    CertificateOptions,
    optionsForClientTLS,
    trustRootFromCertificates,
)
from zope.interface import implementer

from rookery.errors import BadOption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery.transport.settings import Settings

CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@implementer(IOpenSSLClientConnectionCreator)
class Unverified:
    """Connections to a host that is believed whatever it shows."""

    def __init__(self, host: str, options: CertificateOptions) -> None:
        self.context = options.getContext()
        self.name = None if is_address(host) else host.encode("idna")

    def clientConnectionForTLS(self, _: object) -> SSL.Connection:  # noqa: N802 - Twisted's name
        """See ``IOpenSSLClientConnectionCreator``."""
        connection = SSL.Connection(self.context)
        if self.name is not None:  # RFC 6066, 3: an address is no server name
            connection.set_tlsext_host_name(self.name)
        return connection


def creator(settings: Settings, host: str) -> Any:
    """What makes the TLS connections to a host, verified against its name."""
    own = client_certificate(settings)
    if not settings.verify_ssl:
        return Unverified(host, CertificateOptions(**own))
    trusted = [Certificate.loadPEM(pem) for pem in authorities(settings.ca_certs)]
    return optionsForClientTLS(
        host, trustRoot=trustRootFromCertificates(trusted), extraCertificateOptions=own
    )


def authorities(ca_certs: str | None) -> list[bytes]:
    """The certificates that are trusted: these alone, or the system's and certifi's."""
    if ca_certs is None:
        system = ssl.get_default_verify_paths()
        places = [system.cafile or system.capath, certifi.where()]
    else:
        places = [ca_certs]
    found = {pem for place in places if place for pem in certificates_in(place)}
    if not found:
        raise BadOption("ca_certs", ca_certs, "certificates in PEM format")
    return sorted(found)


def certificates_in(place: str) -> Iterable[bytes]:
    """The certificates in a file, or in the files of a folder."""
    if os.path.isdir(place):
        files = [entry.path for entry in os.scandir(place) if entry.is_file()]
    else:
        files = [place]
    for path in files:
        yield from CERTIFICATE.findall(content(path))


def client_certificate(settings: Settings) -> dict[str, Any]:
    """What shows the client's certificate, with its chain, to who asks for it."""
    if settings.cert_file is None:
        return {}
    leaf, *chain = load_pem_x509_certificates(content(settings.cert_file))
    key = load_pem_private_key(content(settings.key_file or settings.cert_file), None)
    return {"certificate": leaf, "privateKey": key, "extraCertChain": chain}


def content(path: str) -> bytes:
    """All of a file."""
    with open(path, "rb") as file:
        return file.read()


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    return bool(isIPAddress(host) or isIPv6Address(host))
