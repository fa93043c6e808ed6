"""Waiting for sockets, in the words that senders on any event loop share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

    Addresses = list[tuple[Any, ...]]


class Readiness(ABC):
    """A loop, in the words that a socket needs. Each raises ``TimeoutError``; None: for ever."""

    @abstractmethod
    async def readable(self, sock: socket.socket, timeout: float | None) -> None:
        """Wait until there is something to read."""

    @abstractmethod
    async def writable(self, sock: socket.socket, timeout: float | None) -> None:
        """Wait until there is room to write, or the connection stands."""

    @abstractmethod
    async def resolve(self, host: str, port: int, timeout: float | None) -> Addresses:
        """Look a name up, as ``socket.getaddrinfo`` does."""

    @abstractmethod
    def closing(self, sock: socket.socket) -> None:
        """Let who waits for the socket know that it is about to be closed."""
