"""Which path is answered by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import Application

from rookery.inbox.api import Events, Health, Items, OneEvent
from rookery.inbox.handlers import NotFound
from rookery.inbox.pages import Asset, EventPage, ListPage
from rookery.inbox.receive import Receive

if TYPE_CHECKING:
    from tornado.web import RequestHandler

    from rookery.inbox.handlers import Inbox

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/", ListPage),
    (r"/events/([^/]+)/?", EventPage),
    (r"/assets/([\w.-]+)", Asset),
    (r"/health/?", Health),
    (r"/api/0/events/?", Events),
    (r"/api/0/events/([^/]+)/?", OneEvent),
    (r"/api/0/items/?", Items),
    (r"(?:/.*)?/api/([^/]+)/(envelope|store)/?", Receive),
    (r".*", NotFound),
]
"""SDKs post below any path prefix, as a DSN may have one."""


def make_app(inbox: Inbox) -> Application:
    """The application, which says through ``inbox.say`` what Tornado would log."""
    rules = [(path, handler, {"inbox": inbox}) for path, handler in ROUTES]
    return Application(rules, log_function=lambda _handler: None)
