"""What a declared option is, and where its value comes from.

One record serves the settings of every transport, the options of one transport and the options
of the client. Rule 1: the first source that has a value decides, in the order of
:class:`Source`. Rule 2: a value is converted whatever its source, and refused aloud if it cannot
be. Rule 3: ``None`` as an argument means "not given", unless the option has a meaning for it.
"""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.errors import BadDsn, BadOption, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

OURS = "ROOKERY_"


class Kind(NamedTuple):
    """How a value is read. ``parse`` raises ``ValueError`` or ``TypeError`` for what it refuses."""

    allowed: str
    """What may be given, as the words after "give" in an error."""
    parse: Callable[[Any], Any]
    takes_text: bool = True
    """False: no DSN query and no environment variable can express it."""
    takes_none: bool = False
    """None is a value of its own, not "not given"."""
    takes_empty: bool = False
    """An empty environment variable is a value, not "not set"."""
    lenient: bool = False
    """A variable of the ecosystem that cannot be read counts as not set (protocol: booleans)."""
    show: Callable[[Any], Any] = lambda given: given
    """The value as an error may print it, without its secrets."""


class Option(NamedTuple):
    """A declared option: what it is called, what it means, and where else it may be set."""

    name: str
    default: Any
    """As a user would write it; None: nothing is set."""
    kind: Kind
    doc: str
    env: tuple[str, ...] = ()
    """Environment variables, the first that is set decides."""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    def convert(self, given: Any, label: str | None = None) -> Any:
        """``given``, converted. Raises :class:`BadOption` under ``label``, by default the name."""
        try:
            return self.kind.parse(given)
        except (ValueError, TypeError, OverflowError, AttributeError):
            raise BadOption(label or self.name, self.kind.show(given), self.kind.allowed) from None


class Source(IntEnum):
    """Where a value came from; the lower one wins."""

    ARGUMENT = 1
    QUERY = 2
    ENVIRONMENT = 3
    TRANSPORT = 4
    DEFAULT = 5


class Found(NamedTuple):
    """A converted value, where it came from, and under which name."""

    value: Any
    source: Source
    label: str

    @property
    def is_explicit(self) -> bool:
        """Somebody gave it for this program; the environment may be about others."""
        return self.source <= Source.QUERY

    @property
    def is_set(self) -> bool:
        """Somebody gave it anywhere; False: it is the default."""
        return self.source < Source.DEFAULT


class Sources(NamedTuple):
    """Everything that may hold a value, best first."""

    arguments: Mapping[str, Any] = MappingProxyType({})
    query: Mapping[str, str] = MappingProxyType({})
    environ: Mapping[str, str] = MappingProxyType({})
    defaults: Mapping[str, Any] = MappingProxyType({})

    def find(self, option: Option) -> Found:
        """The value that decides, converted.

        Raises :class:`BadOption`, and :class:`ConfigurationError` if an option is given under two
        of its names.
        """
        return next(self._candidates(option))

    def name_given(self, option: Option) -> str | None:
        """The name under which an argument or the DSN query gives the option, if one does."""
        names = _names_in(option, self.arguments) + _names_in(option, self.query)
        return next(iter(names), None)

    def _candidates(self, option: Option) -> Iterator[Found]:
        yield from _named(option, self.arguments, Source.ARGUMENT, "{}")
        yield from _named(option, self.query, Source.QUERY, "{} (in the DSN)")
        yield from _variables(option, self.environ)
        yield from _named(option, self.defaults, Source.TRANSPORT, "{} (the transport's default)")
        default = None if option.default is None else option.convert(option.default)
        yield Found(default, Source.DEFAULT, option.name)


def _names_in(option: Option, mapping: Mapping[str, Any]) -> list[str]:
    """The option's names that have a value there, which None is for some options alone."""
    named = [name for name in option.names if name in mapping]
    return [name for name in named if mapping[name] is not None or option.kind.takes_none]


def _named(
    option: Option, mapping: Mapping[str, Any], source: Source, wording: str
) -> Iterator[Found]:
    names = _names_in(option, mapping)
    if len(names) > 1:
        raise ConfigurationError(f"{' and '.join(names)} are one option: give {option.name} alone")
    for name in names:
        label = wording.format(name)
        yield Found(option.convert(mapping[name], label), source, label)


def _variables(option: Option, environ: Mapping[str, str]) -> Iterator[Found]:
    for variable in option.env:
        text = environ.get(variable)
        if text is None or (not text.strip() and not option.kind.takes_empty):
            continue
        label = f"{option.name} (environment variable {variable})"
        try:
            yield Found(option.convert(text, label), Source.ENVIRONMENT, label)
        except BadOption:
            if variable.startswith(OURS) or not option.kind.lenient:
                raise


def query_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A DSN's query as a mapping. Raises :class:`BadDsn` for a key that stands there twice."""
    query: dict[str, str] = {}
    for key, value in pairs:
        if key in query:
            raise BadDsn(f"the DSN's query has {key!r} twice: give it once")
        query[key] = value
    return query


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'maxsize'?"`` or, when nothing is near, an empty text."""
    from difflib import get_close_matches  # for who is about to be refused

    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
