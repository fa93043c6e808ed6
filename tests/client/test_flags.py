from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rookery
from rookery.feature_flags import add_feature_flag

if TYPE_CHECKING:
    from tests.client.keeping import Keeping


def flags(kept: Keeping) -> list[tuple[str, Any]]:
    values = kept.events[-1]["contexts"]["flags"]["values"]
    return [(entry["flag"], entry["result"]) for entry in values]


def test_flags_are_told_in_the_order_in_which_they_were_asked_for(kept: Keeping) -> None:
    add_feature_flag("a", True)
    add_feature_flag("b", False)
    add_feature_flag("a", False)
    rookery.capture_message("m")
    assert flags(kept) == [("b", False), ("a", False)]


def test_the_last_hundred_flags_are_kept(kept: Keeping) -> None:
    for number in range(150):
        rookery.add_feature_flag(f"f{number}", True)
    rookery.capture_message("m")
    assert [name for name, _ in flags(kept)] == [f"f{number}" for number in range(50, 150)]


def test_flags_belong_to_the_isolation_scope(kept: Keeping) -> None:
    add_feature_flag("outer", True)
    with rookery.isolation_scope():
        add_feature_flag("inner", True)
        rookery.capture_message("m")
        assert flags(kept) == [("outer", True), ("inner", True)]
    rookery.capture_message("m")
    assert flags(kept) == [("outer", True)]


def test_a_flag_of_a_more_specific_scope_is_told_once(kept: Keeping) -> None:
    add_feature_flag("a", True)
    add_feature_flag("b", True)
    rookery.get_current_scope().add_flag("a", False)
    rookery.capture_message("m")
    assert flags(kept) == [("b", True), ("a", False)]


def test_no_flag_is_no_context(kept: Keeping) -> None:
    rookery.capture_message("m")
    assert "flags" not in kept.event["contexts"]
