"""The certificates of the scripted server, against ``ssl`` itself."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from rookery.testing.server import ScriptedServer

certificates = pytest.importorskip("rookery.testing.certificates", reason="needs trustme")
if TYPE_CHECKING:
    from rookery.testing.certificates import CertificateKind


def get(server: ScriptedServer, **settings: Any) -> int:
    with urllib3.PoolManager(
        ca_certs=certificates.ca_certs(), retries=False, timeout=urllib3.Timeout(5), **settings
    ) as pool:
        return pool.request("GET", server.url).status


def test_a_good_certificate_is_trusted_by_whoever_trusts_the_authority() -> None:
    with ScriptedServer("https") as server:
        assert get(server) == 200
        assert server.url.startswith("https://")


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("expired", "expired"),
        ("self_signed", "self.signed"),
        ("wrong_host", "mismatch"),
    ],
)
def test_a_bad_certificate_is_bad_for_one_reason(kind: CertificateKind, complaint: str) -> None:
    with ScriptedServer("https", certificate=kind) as server:
        with pytest.raises(urllib3.exceptions.SSLError, match=complaint):
            get(server)
        assert server.requests == ()


def test_a_client_certificate_is_recorded() -> None:
    pair = certificates.client_pair()
    with ScriptedServer("https", demands_client_certificate=True) as server:
        assert get(server, cert_file=pair.cert_file, key_file=pair.key_file) == 200
        shown = server.requests[0].client_certificate
        assert shown is not None
        assert ("email", certificates.CLIENT_NAME) in shown["subjectAltName"]


def test_a_client_without_a_certificate_is_turned_away() -> None:
    with ScriptedServer("https", demands_client_certificate=True) as server:
        with pytest.raises(urllib3.exceptions.HTTPError):
            get(server)
        server.wait_for(lambda: server.refused_handshakes)
        assert server.requests == ()


def test_a_client_context_trusts_the_authority_alone() -> None:
    context = certificates.client_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert len(context.get_ca_certs()) == 1


def test_a_folder_that_was_given_is_left_to_the_giver(tmp_path: Path) -> None:
    made = run_and_exit(f"keep_in(Path({str(tmp_path)!r}))")

    assert made == tmp_path
    assert (made / "ca.pem").exists()


def test_a_folder_of_its_own_goes_with_the_process() -> None:
    assert not run_and_exit("").exists()


def run_and_exit(first: str) -> Path:
    """Where a program kept its certificates, which has ended."""
    lines = [
        "from pathlib import Path",
        "from rookery.testing.certificate_folder import keep_in",
        "from rookery.testing.certificates import ca_certs",
        first,
        "print(Path(ca_certs()).parent)",
    ]
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    return Path(ended.stdout.strip())
