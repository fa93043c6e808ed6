"""What may be collected, said in the words of sentry-sdk's ``data_collection``."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.errors import BadOption, ConfigurationError
from rookery.options import resolve
from rookery.testing import ScriptedServer

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def client(**options: Any) -> dict[str, Any]:
    return resolve(options, {}).client


@pytest.mark.parametrize(
    ("said", "option", "value"),
    [
        ({"user_info": True}, "send_default_pii", True),
        ({"user_info": False}, "send_default_pii", False),
        ({"stack_frame_variables": False}, "include_local_variables", False),
        ({"stack_frame_variables": {"mode": "off"}}, "include_local_variables", False),
        ({"stack_frame_variables": {"mode": "denylist"}}, "include_local_variables", True),
        ({"frame_context_lines": 0}, "include_source_context", False),
        ({"frame_context_lines": False}, "include_source_context", False),
        ({"frame_context_lines": 5}, "include_source_context", True),
    ],
)
def test_a_part_beats_the_older_option_that_says_the_same(
    said: dict[str, Any], option: str, value: bool
) -> None:
    assert client(data_collection=said, **{option: not value})[option] is value
    assert client(_experiments={"data_collection": said}, **{option: not value})[option] is value


@pytest.mark.parametrize("said", [{}, {"user_info": None}, {"queues": False}])
def test_what_is_left_out_stays_with_the_older_options(said: dict[str, Any]) -> None:
    assert client(data_collection=said)["send_default_pii"] is False
    assert client(data_collection=said, send_default_pii=True)["send_default_pii"] is True
    kept = client(data_collection=said, include_local_variables=False)
    assert kept["include_local_variables"] is False


def test_parts_of_which_nothing_is_collected_have_any_value() -> None:
    said = {
        "cookies": {"mode": "off"},
        "http_headers": {"request": {"mode": "allowlist", "terms": ["x-shop"]}},
        "http_bodies": [],
        "graphql": {"document": False},
        "gen_ai": {"inputs": False, "outputs": False},
        "database_query_data": False,
        "queues": True,
    }
    assert set(client(data_collection=said)["data_collection"]) == set(said)
    assert resolve({"data_collection": said}, {}).idle == ()
    assert resolve({"_experiments": {"data_collection": said}}, {}).idle == ()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"frame_context_lines": 3}, r"\['frame_context_lines'\]: 3 is not allowed; give 5, or 0"),
        ({"frame_context_lines": 1}, "give 5, or 0"),
        ({"stack_frame_variables": {"terms": ["till"]}}, r"EventScrubber\(denylist="),
        ({"stack_frame_variables": {"mode": "allowlist"}}, r"EventScrubber\(denylist="),
        ({"url_query_params": {"mode": "some"}}, "off, denylist or allowlist"),
        ({"url_query_params": {"terms": "till"}}, "off, denylist or allowlist"),
        ({"cookies": True}, "off, denylist or allowlist"),
        ({"http_headers": {"response": {}}}, "'request'"),
        ({"graphql": {"answers": True}}, "document and variables"),
        ({"user_info": "perhaps"}, r"\['user_info'\]: 'perhaps'"),
    ],
)
def test_what_cannot_be_kept_is_refused(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadOption, match=complaint):
        rookery.init("http://key@host/7", data_collection=said)


def test_a_part_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match=r"no part 'user_infos'.*'user_info'"):
        rookery.init("http://key@host/7", data_collection={"user_infos": False})


def test_it_is_a_mapping() -> None:
    with pytest.raises(BadOption, match="data_collection: True is not allowed; give a mapping"):
        rookery.init("http://key@host/7", data_collection=True)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({}, "till=3&Shop=north&token=[Filtered]"),
        ({"terms": ["SHO"]}, "till=3&Shop=[Filtered]&token=[Filtered]"),
        (
            {"mode": "allowlist", "terms": ["shop", "token"]},
            "till=[Filtered]&Shop=north&token=[Filtered]",
        ),
        ({"mode": "off"}, None),
    ],
)
def test_the_query_of_a_request_is_told_as_far_as_it_may_be(
    rule: dict[str, Any], told: str | None, init: Init
) -> None:
    kept = init(data_collection={"url_query_params": rule})
    with ScriptedServer() as server:
        request(server, "/orders?till=3&Shop=north&token=x")
    rookery.capture_message("hello")
    assert data_of_the_request(kept).get("http.query") == told


def request(server: ScriptedServer, target: str) -> None:
    connection = http.client.HTTPConnection(server.host, server.port)
    connection.request("GET", target)
    connection.getresponse().read()
    connection.close()


def data_of_the_request(kept: Keeping) -> dict[str, Any]:
    crumbs = kept.event["breadcrumbs"]["values"]
    (data,) = [crumb["data"] for crumb in crumbs if crumb["type"] == "http"]
    return dict(data)


def test_variables_are_not_told_where_they_must_not_be(init: Init) -> None:
    kept = init(data_collection={"stack_frame_variables": False, "frame_context_lines": 0})
    try:
        raise KeyError("x")
    except KeyError:
        rookery.capture_exception()
    frame = kept.event["exception"]["values"][0]["stacktrace"]["frames"][-1]
    assert "vars" not in frame
    assert "context_line" not in frame
