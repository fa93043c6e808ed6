"""Every exception that Rookery raises, and who can do what about it.

::

    RookeryError
    ├── ConfigurationError (ValueError)   raised by ``init`` alone: the text says what to type instead
    │   ├── BadDsn                        the DSN cannot be read
    │   ├── BadOption                     an option or a setting has a value it cannot have
    │   └── TransportError                the transport asked for cannot be had
    │       ├── UnknownTransport          no such name
    │       ├── MissingExtra              the name is known, a library that it needs is absent
    │       ├── BrokenPlugin              the package that has the name fails to load
    │       ├── AmbiguousTransport        two packages have the name, or one takes a built-in name
    │       └── UnsupportedSetting        the transport cannot honour a setting that was given
    ├── UnknownOption (TypeError)         ``init`` was given a name that nobody declares
    └── BadEnvelope (ValueError)          bytes that are no envelope; ``offset`` says where

After ``init`` nothing is raised into the host program.
"""

from __future__ import annotations


class RookeryError(Exception):
    """What every error of Rookery's is."""


class ConfigurationError(RookeryError, ValueError):
    """The program asks for something that cannot be; its text says what to type instead."""


class BadDsn(ConfigurationError):
    """The DSN cannot be read. The text names the faulty part and never holds the secret."""


class BadOption(ConfigurationError):
    """An option has a value that it cannot have."""

    def __init__(self, name: str, given: object, allowed: str) -> None:
        super().__init__(f"{name}: {given!r} is not allowed; give {allowed}")
        self.name = name
        self.given = given
        self.allowed = allowed

    def __reduce__(self) -> tuple[type[BadOption], tuple[str, object, str]]:
        return type(self), (self.name, self.given, self.allowed)


class TransportError(ConfigurationError):
    """The transport asked for cannot be had."""


class UnknownTransport(TransportError):
    """No transport has this name."""


class MissingExtra(TransportError):
    """A library that the transport or a setting needs is not installed."""


class BrokenPlugin(TransportError):
    """A package has the name, and fails to load or gives no transport."""


class AmbiguousTransport(TransportError):
    """Two packages have the name, or a package takes the name of a built-in transport."""


class UnsupportedSetting(TransportError):
    """The transport cannot honour a setting that was given."""


class UnknownOption(RookeryError, TypeError):
    """``init`` was given a name that nobody declares."""


class BadEnvelope(RookeryError, ValueError):
    """Bytes that are no envelope (protocol: envelope, byte-level format).

    ``offset`` is the index of the byte at which reading had to stop.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} (at byte {offset})")
        self.reason = reason
        self.offset = offset

    def __reduce__(self) -> tuple[type[BadEnvelope], tuple[str, int]]:
        return type(self), (self.reason, self.offset)
