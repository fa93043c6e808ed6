"""Integrations that install nothing: names for what the client does, to switch it off by.

In one module, because each module that ``init`` loads costs every program its time.
"""

from __future__ import annotations

from rookery.integrations import Integration


class ArgvIntegration(Integration):
    """Events tell the command line: ``sys.argv`` in ``extra``."""

    identifier = "argv"


class DedupeIntegration(Integration):
    """An event is dropped if its exception was the last one captured here."""

    identifier = "dedupe"


class ModulesIntegration(Integration):
    """Events tell the installed distributions and their versions: ``modules``."""

    identifier = "modules"
