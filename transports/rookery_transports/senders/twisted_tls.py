"""TLS for Twisted, which has OpenSSL of its own: the shared settings in the words of pyOpenSSL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

from rookery_transports.authorities import authorities, content

if TYPE_CHECKING:
    from rookery.transport.settings import Settings


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


def client_certificate(settings: Settings) -> dict[str, Any]:
    """What shows the client's certificate, with its chain, to who asks for it."""
    if settings.cert_file is None:
        return {}
    leaf, *chain = load_pem_x509_certificates(content(settings.cert_file))
    key = load_pem_private_key(content(settings.key_file or settings.cert_file), None)
    return {"certificate": leaf, "privateKey": key, "extraCertChain": chain}


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    return bool(isIPAddress(host) or isIPv6Address(host))
