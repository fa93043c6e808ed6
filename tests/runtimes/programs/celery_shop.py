"""A shop whose orders fail: tasks of Celery.

A task that fails is told of where it ran. Its worker logs the error once more, with a pool of
processes in another process than that of the task: that record is ignored.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery  # type: ignore[import-untyped]  # it has no types
from celery.signals import (  # type: ignore[import-untyped]  # it has no types
    task_failure,
    worker_process_shutdown,
)

import rookery
from rookery.integrations.logging import ignore_logger

ignore_logger("celery.app.trace")
rookery.init()  # SENTRY_DSN says where to, ROOKERY_TRANSPORT by which transport
app = Celery("shop", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": os.environ["SHOP_QUEUE"],
        "data_folder_out": os.environ["SHOP_QUEUE"],
        "polling_interval": 0.1,
    },
    task_ignore_result=True,
    worker_hijack_root_logger=False,
)


@task_failure.connect  # type: ignore[untyped-decorator]  # Celery's
def report(exception: BaseException, **_: Any) -> None:
    rookery.capture_exception(exception, tags={"process": os.getpid()})


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # Celery's
def send_what_is_pending(**_: Any) -> None:
    rookery.flush()  # a process of a pool ends past all exit handlers


@app.task  # type: ignore[untyped-decorator]  # Celery's
def order(number: int) -> None:
    raise LookupError(number)
