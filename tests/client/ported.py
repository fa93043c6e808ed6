"""Programs for sentry-sdk, and what each makes a server know; one swap of the import ports them."""

from __future__ import annotations

import re

TODAY = {
    "scopes": """
import sys
import sentry_sdk

sentry_sdk.init(dsn=sys.argv[1], release="shop@1", environment="test", traces_sample_rate=None)
assert sentry_sdk.is_initialized()
sentry_sdk.set_tag("a", "isolation")
sentry_sdk.set_tags({"b": "isolation"})
sentry_sdk.set_user({"id": "7", "email": "ada@example.com"})
sentry_sdk.set_context("order", {"number": 3})
sentry_sdk.set_extra("basket", [1, 2])
sentry_sdk.add_breadcrumb(category="auth", message="logged in", level="info")
with sentry_sdk.new_scope() as scope:
    scope.set_tag("a", "current")
    scope.set_level("warning")
    scope.fingerprint = ["mine"]
    sentry_sdk.capture_message("in the scope")
with sentry_sdk.isolation_scope() as scope:
    scope.set_user({"id": "8"})
    scope.set_transaction_name("/order", source="route")
    scope.clear_breadcrumbs()
    sentry_sdk.capture_message("isolated", level="error")
try:
    1 / 0
except ZeroDivisionError as error:
    event_id = sentry_sdk.capture_exception(error, tags={"call": "1"})
assert sentry_sdk.last_event_id() == event_id
sentry_sdk.get_client().flush(timeout=5)
""",
    "hooks": """
import sys
import sentry_sdk
from sentry_sdk.scope import Scope, add_global_event_processor
from sentry_sdk.types import Event, Hint

def before_send(event: Event, hint: Hint):
    if "exc_info" in hint and isinstance(hint["exc_info"][1], KeyError):
        return None
    event.setdefault("tags", {})["before_send"] = "yes"
    return event

def before_breadcrumb(crumb, hint):
    return None if crumb["category"] == "noise" else crumb

def processor(event, hint):
    event.setdefault("tags", {})["processor"] = "yes"
    return event

add_global_event_processor(processor)
with sentry_sdk.init(
    sys.argv[1], before_send=before_send, before_breadcrumb=before_breadcrumb,
    ignore_errors=[ValueError, "LookupError"], max_breadcrumbs=2, send_default_pii=True,
):
    for number in range(4):
        sentry_sdk.add_breadcrumb({"category": "noise" if number == 3 else "c", "message": str(number)})
    for error in (KeyError("k"), ValueError("v"), LookupError("l"), TypeError("t")):
        try:
            raise error
        except Exception:
            sentry_sdk.capture_exception()
    mine = Scope()
    mine.set_tag("mine", "1")
    sentry_sdk.capture_message("with a scope", scope=mine)
    sentry_sdk.get_current_scope().add_attachment(bytes=b"text", filename="a.txt")
    sentry_sdk.capture_event({"message": "ready made", "level": "fatal"})
""",
    "integrations": """
import logging
import sys
import threading
import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger

sentry_sdk.init(
    dsn=sys.argv[1],
    integrations=[LoggingIntegration(level=logging.INFO, event_level=logging.WARNING)],
)
ignore_logger("noise")
logging.getLogger("shop").setLevel(logging.INFO)
logging.getLogger("shop").info("a crumb")
logging.getLogger("noise").error("nothing")
logging.getLogger("shop").warning("till %s is short", "A")
assert sentry_sdk.get_client().get_integration(LoggingIntegration) is not None

def work():
    raise OSError("in a thread")

threading.excepthook = lambda args: None
thread = threading.Thread(target=work)
thread.start()
thread.join()
sentry_sdk.flush()
""",
    "filters": """
import logging
import sys
import sentry_sdk
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

class Gone(Exception):
    pass

class Named(Exception):
    pass

sentry_sdk.init(
    sys.argv[1], ignore_errors=[Gone, "KeyError", "__main__.Named"], max_breadcrumbs=3,
    event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, "till_key"], recursive=True),
    max_value_length=50, data_collection=None, dist="7", server_name="north",
)
for error in (Gone(), type("Below", (Gone,), {})(), KeyError("k"), Named()):
    sentry_sdk.capture_exception(error)
for number in range(6):
    sentry_sdk.add_breadcrumb(message=str(number), category="c")
sentry_sdk.set_extra("till_key", "x")
sentry_sdk.set_extra("deep", {"password": "x", "kept": 1})
logging.getLogger().addHandler(logging.NullHandler())
try:
    raise ValueError("v")
except ValueError as error:
    sentry_sdk.capture_exception(error)
    sentry_sdk.capture_exception(error)
    logging.getLogger("shop").exception("told already")
sentry_sdk.capture_message("m", scope=lambda scope: scope.remove_extra("deep"))
""",
    "threads": """
import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
import sentry_sdk
from sentry_sdk.integrations.asyncio import AsyncioIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration

sentry_sdk.init(sys.argv[1], release="1", integrations=[ThreadingIntegration(propagate_scope=True)])
sentry_sdk.set_tag("main", "1")

def work(name):
    sentry_sdk.set_tag("work", name)
    sentry_sdk.capture_message(name)

thread = threading.Thread(target=work, args=["thread"])
thread.start()
thread.join()
with ThreadPoolExecutor(1) as pool:
    list(pool.map(work, ["first", "second"]))

@sentry_sdk.new_scope()
def decorated():
    sentry_sdk.get_current_scope().set_tag("decorated", "1")
    sentry_sdk.capture_message("decorated")

async def task(name):
    with sentry_sdk.isolation_scope() as scope:
        scope.set_tag("task", name)
        await asyncio.sleep(0)
        sentry_sdk.capture_message("task " + name)

async def main():
    sentry_sdk.init(sys.argv[1], release="1", integrations=[AsyncioIntegration(task_spans=False)])
    await asyncio.gather(task("a"), task("b"))
    sentry_sdk.flush()

decorated()
sentry_sdk.flush()
asyncio.run(main())
sentry_sdk.capture_message("end")
""",
    "transports": """
import sys
import sentry_sdk
from sentry_sdk.client import BaseClient, NonRecordingClient
from sentry_sdk.scope import use_scope
from sentry_sdk.transport import Transport

class Taking(Transport):
    def __init__(self):
        Transport.__init__(self)
        self.taken = []

    def capture_envelope(self, envelope):
        self.taken.append((envelope.get_event()["level"], [item.type for item in envelope.items]))

assert isinstance(sentry_sdk.get_client(), NonRecordingClient)
taking = Taking()
sentry_sdk.init(transport=taking, release="1")
sentry_sdk.capture_message("here", level="warning")
assert taking.taken == [("warning", ["event"])], taking.taken
assert sentry_sdk.get_client().transport.is_healthy()
events = []
sentry_sdk.init(transport=events.append, release="1")
sentry_sdk.capture_message("there")
assert [event["level"] for event in events] == ["info"]
sentry_sdk.init(dsn=sys.argv[1], transport=None, release="1")
assert isinstance(sentry_sdk.get_client(), BaseClient)
trace = sentry_sdk.continue_trace({}, op="task", name="pay", source="task", origin="auto")
assert len(trace.trace_id) == 32
with use_scope(sentry_sdk.Scope(client=sentry_sdk.get_client())):
    sentry_sdk.capture_message("by its client")
sentry_sdk.flush()
""",
    "traces": """
import sys
import sentry_sdk

sentry_sdk.init(sys.argv[1], release="shop@1")
with sentry_sdk.isolation_scope():
    sentry_sdk.continue_trace({"sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1"})
    sentry_sdk.capture_message("continued")
    assert sentry_sdk.get_traceparent().startswith("771a43a4192642f0b136d5159a501700-")
from sentry_sdk.feature_flags import add_feature_flag
add_feature_flag("dark", True)
sentry_sdk.capture_message("flagged")
sentry_sdk.flush()
""",
}

OF_2019 = {
    "hub": """
import sys
from sentry_sdk import (
    Hub, add_breadcrumb, capture_exception, capture_message, configure_scope, init, push_scope,
)

init(sys.argv[1], with_locals=False, request_bodies="small", max_breadcrumbs=10)

with configure_scope() as scope:
    scope.user = {"id": "7"}
    scope.set_tag("a", "configured")

configure_scope(lambda scope: scope.set_extra("basket", [1]))
add_breadcrumb({"message": "first", "category": "c"})

with push_scope() as scope:
    scope.level = "warning"
    scope.fingerprint = ["mine"]
    scope.transaction = "/order"
    scope.set_tag("b", "pushed")
    capture_message("pushed")

def pushed(scope):
    scope.set_tag("c", "called")
    scope.set_tag("gone", 1)
    scope.remove_tag("gone")
    capture_message("called")

push_scope(pushed)

with Hub(Hub.current) as hub:
    with hub.configure_scope() as scope:
        scope.set_tag("d", "hub")
        scope.add_event_processor(lambda event, hint: dict(event, server_name="mine"))
    hub.add_breadcrumb(message="in the hub")
    try:
        [][0]
    except IndexError:
        hub.capture_exception(sys.exc_info())
    assert hub.last_event_id()

def run():
    return Hub.current.capture_message("run")

assert Hub(Hub.current).run(run)
assert Hub.main.client.options["max_breadcrumbs"] == 10
try:
    int("x")
except ValueError:
    capture_exception()
Hub.current.client.flush(timeout=5)
""",
    "client": """
import sys
from sentry_sdk import Client, Hub, Scope

client = Client(sys.argv[1], sample_rate=1.0, attach_stacktrace=True)
scope = Scope()
scope.set_tag("mine", "1")

def only_arithmetic(event, exc_info):
    event["logger"] = "sums"
    return event

scope.add_error_processor(only_arithmetic, ArithmeticError)
client.capture_event({"message": "by hand"}, scope=scope)
with Hub(client) as hub:
    hub.capture_message("by its hub")
client.close(timeout=5)
assert client.capture_event({"message": "closed"}) is None
""",
}

PORTED = {**TODAY, **OF_2019}


def ported(program: str) -> str:
    """The program with its imports swapped."""
    program = re.sub(r"(?m)^import sentry_sdk$", "import rookery as sentry_sdk", program)
    return re.sub(r"(?m)^from sentry_sdk\b", "from rookery", program)
