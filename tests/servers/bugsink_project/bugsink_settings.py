"""Settings of a Bugsink that lives as long as a test: SQLite, no worker process, loopback only.

Read by Bugsink's own Python; where it lives and what it allows come from the environment.
"""

# mypy: ignore-errors
# ruff: noqa: F403, F405, PTH118
import os

from bugsink.settings.default import *

FOLDER = os.environ["BUGSINK_FOLDER"]
QUOTA = int(os.environ["BUGSINK_QUOTA"])
PLENTY = 10**9

SECRET_KEY = "no secret: this server is a test's own and listens on the loopback alone"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES["default"]["NAME"] = os.path.join(FOLDER, "db.sqlite3")
DATABASES["snappea"]["NAME"] = os.path.join(FOLDER, "snappea.sqlite3")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# An event is digested within its request: what was answered can be asked for.
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
BUGSINK = {
    "BASE_URL": os.environ["BUGSINK_URL"],
    "SINGLE_USER": True,
    "PHONEHOME": False,
    "INGEST_STORE_BASE_DIR": os.path.join(FOLDER, "ingestion"),
    "VALIDATE_ON_DIGEST": "strict",
    "MAX_EVENTS_PER_5_MINUTES": QUOTA,
    "MAX_EVENTS_PER_HOUR": PLENTY,
    "MAX_EVENTS_PER_MONTH": PLENTY,
    "MAX_EVENTS_PER_PROJECT_PER_5_MINUTES": QUOTA,
    "MAX_EVENTS_PER_PROJECT_PER_HOUR": PLENTY,
    "MAX_EVENTS_PER_PROJECT_PER_MONTH": PLENTY,
}
