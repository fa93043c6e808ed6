"""Further DSNs, as the options of a wrapper give them."""

from __future__ import annotations

from rookery.dsn import Dsn
from rookery.errors import BadDsn, BadOption, ConfigurationError

ALLOWED = "one or more DSNs: a list, or text with commas or blanks"


def to_dsns(option: str, given: object) -> tuple[Dsn, ...]:
    """The DSNs of a list or a text. Raises ``ConfigurationError``, which shows none of them."""
    listed = given.replace(",", " ").split() if isinstance(given, str) else given
    if isinstance(listed, Dsn) or not isinstance(listed, (list, tuple)) or not listed:
        raise BadOption(option, type(given).__name__, ALLOWED)
    return tuple(_dsn(option, place, each) for place, each in enumerate(listed, 1))


def _dsn(option: str, place: int, given: object) -> Dsn:
    if isinstance(given, Dsn):
        return given
    try:
        return Dsn.parse(given)  # type: ignore[arg-type]  # it refuses what is no text
    except BadDsn as error:
        raise ConfigurationError(f"{option}, number {place}: {error}") from None


def refuse_repetition(option: str, first: Dsn, others: tuple[Dsn, ...]) -> None:
    """Raise ``ConfigurationError`` for two DSNs of one project."""
    places = [(dsn.envelope_url, dsn.public_key) for dsn in (first, *others)]
    if len(set(places)) < len(places):
        raise ConfigurationError(f"{option}: two DSNs, the first one included, are of one project")
