"""Directives whose tables are read from the code, so that they cannot say anything else.

``{rookery-options}`` the options of ``init``; ``{rookery-later-options}`` those of parts to come;
``{rookery-settings}`` those of every transport;
``{rookery-verdicts}`` what becomes of an envelope after an attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from rookery.cli.options import HEAD, markdown, option_rows
from rookery.delivery.actions import Answered, Failed, Failure
from rookery.delivery.retry import RetryPolicy
from rookery.delivery.verdicts import is_unreachable, judge, retried_as
from rookery.options import EFFECTIVE, LATER
from rookery.transport.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

    from rookery.delivery.actions import Outcome
    from rookery.transport.declare import Option

    Row = Sequence[str]


OUTCOMES: Sequence[tuple[str, Outcome]] = (
    ("2xx", Answered(200)),
    ("3xx (never followed)", Answered(302)),
    ("429", Answered(429)),
    ("any other 4xx", Answered(400)),
    ("5xx", Answered(503)),
    ("not reached: name, connection, proxy, TLS", Failed(Failure.CONNECT)),
    ("reached, but no whole answer: reset, time-out, not HTTP", Failed(Failure.READ)),
    ("reached, and not to be trusted or spoken to", Failed(Failure.OTHER)),
    ("the sender itself failed", Failed(Failure.BROKEN)),
)


def verdict_rows() -> Iterator[Row]:
    """Outcome, what becomes of the envelope, what `retries` says of it, whether sending pauses."""
    listed = RetryPolicy(
        status_forcelist=frozenset(o.status for _, o in OUTCOMES if isinstance(o, Answered))
    )
    for words, outcome in OUTCOMES:
        verdict, count = judge(outcome), retried_as(outcome, listed)
        end = f"dropped: `{verdict.reason}`" if verdict.reason else "delivered"
        again = {None: "no", "status": "if `status_forcelist` names it"}.get(count, f"`{count}`")
        told = "yes" if verdict.reason and verdict.is_reported else "no"
        yield words, end, again, "yes" if is_unreachable(outcome) else "no", told


class Table(SphinxDirective):
    """A directive that stands for a table of Markdown."""

    def text(self) -> str:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(self.text())


class Options(Table):
    shown: Sequence[Option] = EFFECTIVE

    def text(self) -> str:
        return markdown(HEAD, option_rows(self.shown))


class Settings(Options):
    shown = SETTINGS


class LaterOptions(Options):
    shown = LATER


class Verdicts(Table):
    def text(self) -> str:
        head = (
            "the attempt",
            "the envelope",
            "tried again",
            "sending pauses",
            "in a client report",
        )
        return markdown(head, verdict_rows())


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("rookery-options", Options)
    app.add_directive("rookery-later-options", LaterOptions)
    app.add_directive("rookery-settings", Settings)
    app.add_directive("rookery-verdicts", Verdicts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
