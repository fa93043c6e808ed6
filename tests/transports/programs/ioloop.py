"""A program that uses Tornado: ``ioloop.py DSN WHAT``. Prints what it is asked to find out."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

from tornado.ioloop import IOLoop

import rookery
from rookery.integrations.logging import LoggingIntegration


def books() -> Any:
    """The transport's books."""
    transport = rookery.get_client().transport
    assert transport is not None
    return transport.stats


def runs_twice() -> None:
    """Two loops, one after the other; an event before, in each, and after."""

    async def work(text: str) -> None:
        rookery.capture_message(text)
        await rookery.flush_async(10)

    rookery.capture_message("before")
    loop = IOLoop(make_current=False)
    loop.run_sync(lambda: work("first"))
    loop.close()
    asyncio.run(work("second"))
    rookery.capture_message("after")


def captures_elsewhere() -> None:
    """Events come from an executor's threads."""

    async def work() -> None:
        loop = IOLoop.current()
        await asyncio.gather(
            *(loop.run_in_executor(None, rookery.capture_message, str(n)) for n in range(5))
        )
        print(await rookery.flush_async(10), books().delivered)

    asyncio.run(work())


def stops_with_an_event() -> None:
    """The loop is stopped, not ended, right after an event."""
    loop = IOLoop(make_current=False)

    def work() -> None:
        rookery.capture_message("the last")
        loop.stop()

    loop.add_callback(work)
    loop.start()
    loop.close()


def logs_everything() -> None:
    """What Tornado logs is watched from DEBUG upwards."""
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.WARNING)  # it names its selector

    async def work() -> None:
        rookery.capture_message("the only one")
        await rookery.flush_async(10)

    asyncio.run(work())


def shown(event: Any, _: Any) -> Any:
    """Prints what is captured."""
    print(event["logentry"]["formatted"])
    return event


def main(dsn: str, what: str) -> None:
    options: dict[str, Any] = {"transport": "tornado", "shutdown_timeout": 1, "retries": False}
    if what == "logs_everything":
        options["before_send"] = shown
        options["integrations"] = [LoggingIntegration(event_level=logging.DEBUG)]
    rookery.init(dsn, **options)
    globals()[what]()


if __name__ == "__main__":
    main(*sys.argv[1:])
