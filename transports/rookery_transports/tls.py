"""The one TLS context of a transport, settled from the shared settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rookery.errors import BadOption

if TYPE_CHECKING:
    import ssl

    from rookery.transport.settings import Settings

PEM_MARKS = (b"-----BEGIN CERTIFICATE-----", b"-----BEGIN TRUSTED CERTIFICATE-----")


def is_encrypted(scheme: str, proxy: str | None) -> bool:
    """Whether any part of the way is: to load the authorities takes longer than to send an event."""
    return scheme == "https" or (proxy or "").startswith("https:")


def context(settings: Settings) -> ssl.SSLContext:
    """What a request is encrypted and verified with. Raises :class:`BadOption`.

    Trusted are ``ca_certs`` alone, if given; else the system's authorities and certifi's, so that
    a company's own authority counts, and a container without any still verifies.
    """
    import ssl

    if settings.ssl_context is not None:
        return settings.ssl_context
    made = ssl.create_default_context()
    if settings.ca_certs is not None:
        made = trusting(settings.ca_certs)
    else:
        import certifi

        made.load_verify_locations(certifi.where())
    if not settings.verify_ssl:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    present(made, settings)
    return made


def trusting(ca_certs: str) -> ssl.SSLContext:
    """A context that trusts what is in this file or folder, and nothing else."""
    import ssl

    place = "capath" if os.path.isdir(ca_certs) else "cafile"
    try:
        return ssl.create_default_context(**{place: ca_certs})  # type: ignore[arg-type]  # one of two str
    except OSError as error:
        raise BadOption("ca_certs", ca_certs, f"certificates in PEM format ({error})") from error


def present(made: ssl.SSLContext, settings: Settings) -> None:
    """Show the client certificate, if there is one, to who asks for it."""
    if settings.cert_file is None:
        return
    try:
        made.load_cert_chain(settings.cert_file, settings.key_file)
    except OSError as error:
        allowed = f"a certificate in PEM format with its key, there or in key_file ({error})"
        raise BadOption("cert_file", settings.cert_file, allowed) from error


def check(settings: Settings) -> None:
    """Fail now, rather than at the first event, for files that hold no certificates.

    A context is only built for a client certificate, whose key has to fit; for the authorities,
    which most programs take from the environment, a look suffices, and costs no start-up time.
    """
    if settings.cert_file is not None:
        context(settings)
    elif settings.ca_certs is not None and not has_certificates(settings.ca_certs):
        raise BadOption("ca_certs", settings.ca_certs, "certificates in PEM format")


def has_certificates(path: str) -> bool:
    """Whether a file has at least one certificate; a folder is taken at its word."""
    if os.path.isdir(path):
        return True
    with open(path, "rb") as file:
        held = file.read()
    return any(mark in held for mark in PEM_MARKS)
