"""How one client wants values told: its ``custom_repr``, its ``max_value_length``, its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.event.plain import BAG, DATA
from rookery.event.scrubbing import SECRETS
from rookery.event.text import clean, cut
from rookery.event.variables import LIMITS, VARIABLES, describe_variables
from rookery.event.walk import Limits, Walk, customised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rookery.types import Event, Json


class Teller:
    """Tells values as one client's options want them."""

    def __init__(
        self,
        custom_repr: Callable[[Any], Any] | None = None,
        max_value_length: int | None = None,
        secrets: frozenset[str] = SECRETS,
    ) -> None:
        self.custom = custom_repr
        self.longest = max_value_length
        self.secrets = secrets
        self.reprs = VARIABLES if custom_repr is None else customised(VARIABLES)
        self.limits = _at_most(LIMITS, max_value_length)
        self.bag = _at_most(BAG, max_value_length)

    def variables(self, pairs: Iterable[tuple[str, object]]) -> dict[str, Json]:
        """The local variables of a frame."""
        return describe_variables(pairs, self.secrets, self.limits, self.reprs, self.custom)

    def plain(self, value: object) -> Any:
        """What the program attached, in plain JSON types."""
        return Walk(DATA, self.bag, self.reprs, self.custom, self.secrets).describe(value)

    def cut_messages(self, event: Event) -> None:
        """Shorten what the program said in words."""
        if self.longest is None:
            return
        parts: list[tuple[Mapping[str, Any], str]] = [(event.get("logentry") or {}, "formatted")]
        parts += [(each, "value") for each in (event.get("exception") or {}).get("values", ())]
        parts += [(each, "message") for each in (event.get("breadcrumbs") or {}).get("values", ())]
        for part, key in parts:
            if isinstance(part, dict) and isinstance(part.get(key), str):
                part[key] = clean(cut(part[key], self.longest))


def _at_most(limits: Limits, longest: int | None) -> Limits:
    """The limits with texts of this length, and room for some of them."""
    if longest is None:
        return limits
    return limits._replace(text=longest, room=max(limits.room, 4 * longest))
