"""The options that one transport declares for itself: a frozen dataclass, read like settings.

A field's annotation says how its value is converted, its metadata may name ``doc`` (one line) and
``env`` (environment variables, a tuple). Defaults are the dataclass's own affair.
"""

from __future__ import annotations

import dataclasses
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from rookery.errors import BrokenPlugin, ConfigurationError
from rookery.transport import conversions as to
from rookery.transport.declare import Kind, Option, Sources

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_TYPE: Mapping[Any, Kind] = {
    str: to.text(),
    int: Kind("a whole number", to.to_int),
    float: Kind("a number", to.to_float),
    bool: to.flag(),
    Path: Kind("a path", to.path),
}


def declared_by(options: type | None, origin: str) -> tuple[Option, ...]:
    """The options of a transport's ``Options``; ``origin`` names the transport in errors.

    Raises :class:`BrokenPlugin` if ``options`` is no dataclass.
    """
    if options is None:
        return ()
    if not dataclasses.is_dataclass(options):
        raise BrokenPlugin(f"{origin}: Options is {options!r}; it has to be a dataclass")
    try:
        hints = get_type_hints(options)
    except NameError as error:
        raise BrokenPlugin(f"{origin}: an annotation of Options is unknown: {error}") from error
    return tuple(_declare(f, hints[f.name]) for f in dataclasses.fields(options) if f.init)


def _declare(field: dataclasses.Field[Any], annotation: Any) -> Option:
    env = tuple(field.metadata.get("env", ()))
    doc = str(field.metadata.get("doc", ""))
    return Option(field.name, None, kind_of(annotation), doc, env)


def kind_of(annotation: Any) -> Kind:
    """How a value is converted to a type: str, int, float, bool, Path, Literal, each or None.

    Of any other type text can express nothing; a program gives the value itself.
    """
    if annotation in BY_TYPE:
        return BY_TYPE[annotation]
    if get_origin(annotation) is Literal:
        return _one_of(get_args(annotation))
    if get_origin(annotation) in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        inner = kind_of(members[0]) if len(members) == 1 else _anything(annotation)
        return to.optional(inner) if len(members) < len(get_args(annotation)) else inner
    return _anything(annotation)


def _one_of(words: tuple[Any, ...]) -> Kind:
    by_text = {str(word): word for word in words}

    def parse(given: Any) -> Any:
        if given in words:
            return given
        if given not in by_text:
            raise ValueError
        return by_text[given]

    return Kind(" or ".join(map(repr, words)), parse)


def _anything(annotation: Any) -> Kind:
    """No conversion; where the annotation is a class, generic or not, its instances alone."""
    expected = get_origin(annotation) or annotation

    def parse(given: Any) -> Any:
        is_class = isinstance(expected, type) and expected is not types.UnionType
        if is_class and not isinstance(given, expected):
            raise TypeError
        return given

    return Kind(f"a value of type {annotation}", parse, takes_text=False)


def settle_own(options: type | None, sources: Sources, origin: str) -> object:
    """An instance of ``options``; None where the transport declares none.

    Raises :class:`BadOption` for a value that cannot be converted, :class:`ConfigurationError` for
    an option that is missing, or that the dataclass itself refuses.
    """
    if options is None:
        return None
    values: dict[str, Any] = {}
    for option in declared_by(options, origin):
        found = sources.find(option)
        if found.is_set:
            values[option.name] = found.value
    try:
        return options(**values)
    except ConfigurationError:
        raise
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{origin}: {error}") from error
