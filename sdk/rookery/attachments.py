"""Files that travel with an event (protocol: attachments)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rookery.envelope import Item
from rookery.harmless import tell
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = "application/octet-stream"


class Attachment:
    """Bytes, a function that returns them, or the path of a file that has them.

    Functions and files are asked at each capture. Raises ``TypeError`` if there are no bytes or
    no name to be had.
    """

    def __init__(
        self,
        bytes: bytes | Callable[[], bytes] | None = None,  # noqa: A002  # sentry-sdk's own name
        filename: str | None = None,
        path: str | os.PathLike[str] | None = None,
        content_type: str | None = None,
        add_to_transactions: bool = False,
    ) -> None:
        if bytes is None and path is None:
            raise TypeError("attachment: give bytes, a function that returns bytes, or path")
        if filename is None and path is None:
            raise TypeError("attachment: give filename, for bytes have none of their own")
        self.bytes = bytes
        self.path = path
        self.filename = os.path.basename(filename or os.fspath(path or ""))
        self.content_type = content_type or _guessed(self.filename)
        self.add_to_transactions = add_to_transactions
        """Events that are transactions take it along too."""

    def read(self, most: int) -> Any:
        """The payload; more than ``most`` bytes of a file are not read."""
        if self.bytes is None:
            with open(os.fspath(self.path or ""), "rb") as file:
                return file.read(most + 1)
        return self.bytes() if callable(self.bytes) else self.bytes

    def item(self, most: int) -> Item | None:
        """What travels; None, and said in the debug log, if it cannot be had."""
        try:
            payload = bytes_of(unheard(self.read, most))
        except Exception:  # noqa: BLE001  # a file, or a function of the host's
            tell(f"the attachment {self.filename!r} cannot be read; it is left out")
            return None
        headers = {
            "filename": self.filename,
            "content_type": self.content_type,
            "attachment_type": "event.attachment",
        }
        return Item("attachment", payload, headers)

    def __repr__(self) -> str:
        return f"<Attachment {self.filename!r}>"


def bytes_of(payload: object) -> bytes:
    """Bytes, or text in UTF-8. Raises ``TypeError``."""
    if isinstance(payload, str):
        return payload.encode("utf-8", "backslashreplace")
    if isinstance(payload, (bytes, bytearray, memoryview)):
        return bytes(payload)
    raise TypeError(f"an attachment is bytes, not {type(payload).__name__}")


def _guessed(filename: str) -> str:
    import mimetypes

    return mimetypes.guess_type(filename)[0] or UNKNOWN
