"""TLS: who is trusted, and what is sent to whom is not: nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urllib3.util import Retry

from rookery.testing.conformance.check import check

if TYPE_CHECKING:
    from rookery.testing.certificates import CertificateKind
    from rookery.testing.conformance.rig import Rig

BAD: tuple[CertificateKind, ...] = ("expired", "self_signed", "wrong_host", "other_authority")


def assert_refused(rig: Rig, **settings: Any) -> None:
    """The server is not trusted: one loss, and not a byte of the event has left."""
    transport = rig.build(retries=Retry(total=1), **settings)
    rig.submit(transport, 1)
    rig.settle(transport)
    assert rig.server.requests == (), "sent to a server that is not trusted"
    assert rig.losses(transport) == {("network_error", "error"): 1}, str(transport.stats)
    assert rig.server.connections, "the server was not even asked"


def assert_delivered(rig: Rig, **settings: Any) -> None:
    """The server is trusted."""
    transport = rig.build(retries=False, **settings)
    rig.submit(transport, 1)
    rig.settle(transport)
    assert rig.numbers() == [1], f"{transport.stats}, {rig.server.refused_handshakes}"


@check("http", scheme="https")
def a_bad_certificate_is_refused(rig: Rig) -> None:
    """A certificate that is expired, self-signed, another host's or a stranger's is a failure."""
    for kind in BAD:
        rig.serve(certificate=kind)
        assert_refused(rig)


@check("http", scheme="https", settings="ca_certs")
def an_authority_that_nobody_named_is_not_trusted(rig: Rig) -> None:
    """Without ``ca_certs`` only the well-known authorities are trusted."""
    assert_refused(rig, verify_ssl=True)


@check("http", scheme="https", settings="ca_certs")
def ca_certs_says_who_is_trusted(rig: Rig) -> None:
    """With ``ca_certs`` its authorities are trusted, and a bundle without the server's is not."""
    from rookery.testing import certificates

    assert_delivered(rig, ca_certs=certificates.ca_certs())
    rig.serve()
    assert_refused(rig, ca_certs=certificates.other_ca_certs())
    rig.serve(certificate="other_authority")
    assert_delivered(rig, ca_certs=certificates.other_ca_certs())


@check("http", scheme="https", settings="verify_ssl")
def verification_can_be_switched_off(rig: Rig) -> None:
    """With ``verify_ssl=False`` any certificate will do."""
    for kind in BAD:
        rig.serve(certificate=kind)
        assert_delivered(rig, verify_ssl=False)


@check("http", scheme="https", settings="cert_file key_file")
def a_client_shows_its_certificate(rig: Rig) -> None:
    """``cert_file`` and ``key_file`` are shown to a server that demands them."""
    from rookery.testing import certificates

    rig.serve(demands_client_certificate=True)
    pair = certificates.client_pair()
    assert_delivered(rig, cert_file=pair.cert_file, key_file=pair.key_file)
    shown = rig.server.requests[0].client_certificate
    assert shown is not None, "no certificate was shown"
    assert ("email", certificates.CLIENT_NAME) in shown["subjectAltName"], str(shown)


@check("http", scheme="https", settings="cert_file key_file")
def a_client_without_a_certificate_is_turned_away(rig: Rig) -> None:
    """Without a certificate, a server that demands one is a failure."""
    rig.serve(demands_client_certificate=True)
    assert_refused(rig)


@check("http", scheme="https", settings="ssl_context")
def a_context_of_the_programs_own_stands(rig: Rig) -> None:
    """With ``ssl_context`` that context decides, and nothing else."""
    from rookery.testing.certificates import client_context

    assert_delivered(rig, ssl_context=client_context())
    rig.serve(certificate="wrong_host")
    assert_refused(rig, ssl_context=client_context())
    lenient = client_context()
    lenient.check_hostname = False
    assert_delivered(rig, ssl_context=lenient)


@check("http", scheme="https", settings="ssl_context")
def a_context_may_carry_a_certificate(rig: Rig) -> None:
    """A certificate that is loaded into ``ssl_context`` is shown to a server that demands one."""
    from rookery.testing import certificates

    rig.serve(demands_client_certificate=True)
    context, pair = certificates.client_context(), certificates.client_pair()
    context.load_cert_chain(pair.cert_file, pair.key_file)
    assert_delivered(rig, ssl_context=context)
    assert rig.server.requests[0].client_certificate, "no certificate was shown"
