"""The certificates that are trusted, one by one, for TLS libraries that Python's ``ssl`` is not part of."""

from __future__ import annotations

import os
import re
import ssl
from typing import TYPE_CHECKING

import certifi

from rookery.errors import BadOption

if TYPE_CHECKING:
    from collections.abc import Iterable

CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


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


def content(path: str) -> bytes:
    """All of a file."""
    with open(path, "rb") as file:
        return file.read()
