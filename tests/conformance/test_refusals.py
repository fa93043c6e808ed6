"""A setting that a transport cannot honour is an error at ``init`` that names both."""

from __future__ import annotations

import pytest

from rookery.dsn import Dsn
from rookery.errors import UnsupportedSetting
from rookery.transport import SETTINGS, build_transport
from tests.conformance.ours import ABSENT, FACTORIES

DSN = "https://key@errors.example.com/7"
BY_NAME = {option.name: option for option in SETTINGS}
REFUSED = [
    pytest.param(name, setting, id=f"{name}-{setting}")
    for name, factory in FACTORIES.items()
    if name not in ABSENT
    for setting in sorted(factory.unsupported)
]


def assert_refused(name: str, setting: str, dsn: str, arguments: dict[str, object]) -> None:
    with pytest.raises(UnsupportedSetting) as refusal:
        build_transport(Dsn.parse(dsn), name, arguments=arguments)

    assert repr(name) in str(refusal.value)
    assert setting in str(refusal.value)


@pytest.mark.parametrize(("name", "setting"), REFUSED)
def test_a_setting_that_cannot_be_honoured_is_refused(name: str, setting: str) -> None:
    assert_refused(name, setting, DSN, {setting: object()})
    if BY_NAME[setting].kind.takes_text:
        assert_refused(name, setting, f"{DSN}?{setting}=1", {})


@pytest.mark.parametrize("name", FACTORIES)
def test_what_a_transport_refuses_are_settings(name: str) -> None:
    assert FACTORIES[name].unsupported <= set(BY_NAME)
