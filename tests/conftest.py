"""What holds for every test."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from rookery.scopes import get_global_scope, swap_scopes
from rookery.testing.certificate_folder import keep_in

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info < (3, 11):
    # What the last dnspython for 3.10 loads, if it is there, ends in trio; and that cannot be loaded
    # over the socket which eventlet puts in the place of the standard library's meanwhile.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

# The same examples in each run, and none judged by how long it took.
settings.register_profile(
    "rookery",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rookery")


def pytest_configure() -> None:
    """A job that a shell runs in the background ignores Ctrl-C, and so would all that it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def scopes_of_its_own() -> Iterator[None]:
    """No test is told of the scopes, or of the client, of another one."""
    before = swap_scopes((None, None))
    yield
    swap_scopes(before)
    get_global_scope().clear()
    get_global_scope().set_client(None)


@pytest.fixture(autouse=True, scope="session")
def certificates_that_go_with_the_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Even a run that is killed leaves its certificates where the next ones clear them away."""
    keep_in(tmp_path_factory.mktemp("certificates"))


if os.environ.get("ROOKERY_TESTS_RECORD"):
    from rookery.client import Client
    from tests.recording.sitecustomize import watch

    watch(Client)  # pytest loads what a plugin's package has past the hook of sitecustomize
