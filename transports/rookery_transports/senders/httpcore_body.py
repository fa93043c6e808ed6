"""What httpcore reads a request's body from."""

from __future__ import annotations


class Body:
    """A request's body for httpcore, whose own is a generator: trio complains of one broken off."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __aiter__(self) -> Parts:
        return Parts(self._data)


class Parts:
    """One iteration of a body, which has one part."""

    def __init__(self, data: bytes) -> None:
        self._rest = [data]

    async def __anext__(self) -> bytes:
        if not self._rest:
            raise StopAsyncIteration
        return self._rest.pop()

    def __aiter__(self) -> Parts:
        return self
