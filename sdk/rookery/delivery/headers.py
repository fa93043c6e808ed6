"""Response headers, read without regard to case (RFC 9110, section 5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTHS = {
    name: number
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
IMF_FIXDATE = re.compile(
    r"\w{3}, (?P<day>\d\d) (?P<month>\w{3}) (?P<year>\d{4}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) GMT",
    re.ASCII,
)
SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)


def header(headers: Mapping[str, str], name: str) -> str | None:
    """The value of a header, whatever the case of its name; None when it is absent."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), None)


def seconds(text: str) -> float | None:
    """A count of seconds, whole or with a fraction; None for anything else."""
    return float(text) if SECONDS.fullmatch(text) else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``Retry-After`` asks for; None when it is absent or cannot be read.

    A date is taken against the response's own ``Date``, so that the server's clock alone matters
    (RFC 9110, sections 5.6.7, 6.6.1 and 10.2.3). The two obsolete date formats are not read.
    """
    text = (header(headers, "retry-after") or "").strip()
    delta = seconds(text)
    if delta is not None:
        return delta
    until, date = http_date(text), http_date((header(headers, "date") or "").strip())
    return None if until is None or date is None else max(0.0, until - date)


def http_date(text: str) -> float | None:
    """Seconds since the epoch of an IMF-fixdate, e.g. ``Sun, 06 Nov 1994 08:49:37 GMT``."""
    found = IMF_FIXDATE.fullmatch(text)
    if found is None or found["month"] not in MONTHS:
        return None
    day, year, hour, minute, second = (
        int(found[part]) for part in ("day", "year", "hour", "minute", "second")
    )
    from datetime import datetime, timezone  # few servers write a date

    try:
        moment = datetime(
            year, MONTHS[found["month"]], day, hour, minute, min(second, 59), tzinfo=timezone.utc
        )
    except ValueError:
        return None
    return moment.timestamp()
