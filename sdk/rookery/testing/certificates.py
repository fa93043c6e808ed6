"""Certificates for tests, made once for each process: one authority, and what it signs or not.

Needs trustme and cryptography: ``pip install rookery[testing]``.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Literal

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rookery.testing.certificate_folder import make_folder
from rookery.testing.listener import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CertificateKind = Literal["good", "expired", "self_signed", "wrong_host", "other_authority"]
CLIENT_NAME = "client@rookery.example"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """The paths of a certificate and its key, both PEM."""

    cert_file: str
    key_file: str


@cache
def folder() -> Path:
    """The directory of the files; the same as long as the process lives."""
    return make_folder()


@cache
def authority() -> trustme.CA:
    """The authority that signs the certificates here, but for two kinds."""
    return trustme.CA()


@cache
def other_authority() -> trustme.CA:
    """An authority that nobody trusts."""
    return trustme.CA()


@cache
def ca_certs() -> str:
    """The path of the authority's certificate: what a client has to trust."""
    path = folder() / "ca.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)


@cache
def other_ca_certs() -> str:
    """The path of the other authority's certificate: a bundle that does not help."""
    path = folder() / "other_ca.pem"
    other_authority().cert_pem.write_to_path(str(path))
    return str(path)


@cache
def client_pair() -> Pair:
    """A client's certificate, signed by the authority."""
    return _write("client", authority().issue_cert(CLIENT_NAME))


@cache
def server_pair(kind: CertificateKind) -> Pair:
    """A server's certificate."""
    return SERVER_PAIRS[kind]()


def server_context(
    kind: CertificateKind = "good", demands_client_certificate: bool = False
) -> ssl.SSLContext:
    """The server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = server_pair(kind)
    context.load_cert_chain(pair.cert_file, pair.key_file)
    if demands_client_certificate:
        context.load_verify_locations(ca_certs())
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context() -> ssl.SSLContext:
    """The client's side of TLS, which trusts the authority alone."""
    return ssl.create_default_context(cafile=ca_certs())


def _good() -> Pair:
    return _write("good", authority().issue_cert(LOOPBACK, "localhost"))


def _wrong_host() -> Pair:
    return _write("wrong_host", authority().issue_cert("elsewhere.example"))


def _other_authority() -> Pair:
    return _write("other_authority", other_authority().issue_cert(LOOPBACK))


def _expired() -> Pair:
    now = datetime.now(timezone.utc)
    leaf = authority().issue_cert(LOOPBACK, not_before=now - 2 * DAY, not_after=now - DAY)
    return _write("expired", leaf)


def _self_signed() -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    return _write_pem(
        "self_signed",
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        _sign_oneself(key).public_bytes(serialization.Encoding.PEM),
    )


def _sign_oneself(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    from ipaddress import ip_address

    now = datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    hosts = x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))])
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(hosts, critical=False)
        .sign(key, hashes.SHA256())
    )


def _write(name: str, leaf: trustme.LeafCert) -> Pair:
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    return _write_pem(name, leaf.private_key_pem.bytes(), chain)


def _write_pem(name: str, key: bytes, chain: bytes) -> Pair:
    cert_file, key_file = folder() / f"{name}.pem", folder() / f"{name}.key"
    cert_file.write_bytes(chain)
    key_file.write_bytes(key)
    return Pair(str(cert_file), str(key_file))


SERVER_PAIRS: dict[CertificateKind, Callable[[], Pair]] = {
    "good": _good,
    "expired": _expired,
    "self_signed": _self_signed,
    "wrong_host": _wrong_host,
    "other_authority": _other_authority,
}
