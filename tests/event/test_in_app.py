from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.event.location import Boundaries, in_app
from tests.event.telling import frames

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping

RULES = Boundaries(include=("shop",), exclude=("shop.vendored", "bought"), project_root="/srv/app")


@pytest.mark.parametrize(
    ("module", "path", "expected"),
    [
        ("shop", "/anywhere/x.py", True),
        ("shop.till", "/anywhere/x.py", True),
        ("shopping", "/anywhere/x.py", None),
        ("shop.vendored.x", "/anywhere/x.py", True),  # including comes first
        ("shop", "/lib/site-packages/shop.py", True),
        ("bought", "/srv/app/bought.py", False),
        ("bought.deep.er", "/srv/app/x.py", False),
        ("boughtalike", "/srv/app/x.py", True),
        ("shop", None, True),
        ("bought", None, False),
        ("other", None, None),
        (None, None, None),
        (None, "/srv/app/x.py", True),
        ("other", "/usr/lib/python3/dist-packages/other.py", False),
        ("other", "/srv/app/venv/lib/site-packages/other.py", False),
        ("other", "C:\\venv\\site-packages\\other.py", False),
        ("other", "/srv/app/my-site-packages/other.py", True),
        ("other", "/srv/application/other.py", None),
        ("other", "<string>", None),
        ("", "/srv/app/x.py", True),
    ],
)
def test_the_first_rule_that_fits_decides(
    module: str | None, path: str | None, expected: bool | None
) -> None:
    assert in_app(RULES, module, path) is expected


def test_without_a_project_root_nothing_is_inside_it() -> None:
    assert in_app(Boundaries(), "x", "/srv/app/x.py") is None


def given(kept: Keeping, frame: dict[str, Any]) -> dict[str, Any]:
    value = {"type": "E", "stacktrace": {"frames": [frame]}}
    rookery.capture_event({"exception": {"values": [value]}})
    return frames(kept)[-1]


def test_the_frames_of_a_ready_made_event_are_judged_by_the_same_rules(init: Init) -> None:
    kept = init(in_app_include=["shop"])
    assert given(kept, {"module": "shop.till"})["in_app"] is True
    assert given(kept, {"abs_path": "/x/site-packages/y.py"})["in_app"] is False
    assert "in_app" not in given(kept, {"function": "f"})


def test_what_a_frame_says_of_itself_is_kept(init: Init) -> None:
    kept = init(in_app_include=["shop"])
    assert given(kept, {"module": "shop.till", "in_app": False})["in_app"] is False


@pytest.mark.parametrize(
    "event",
    [
        {"exception": [{"type": "E", "stacktrace": {"frames": [{"function": "f"}, 7]}}]},
        {"exception": {"values": [7, {"stacktrace": None}]}},
        {"exception": 7, "threads": {"values": None}},
    ],
)
def test_a_ready_made_event_of_any_shape_is_taken(kept: Keeping, event: dict[str, Any]) -> None:
    assert rookery.capture_event(event)
