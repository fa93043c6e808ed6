"""Connections through a SOCKS proxy over green sockets.

PySocks derives its socket from the one of :mod:`socket` when it is loaded. So it is loaded once
more, for each library of green threads, with that library's sockets in the place of those.
"""

from __future__ import annotations

import builtins
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

from rookery_transports.senders.dialling import Dialling

if TYPE_CHECKING:
    from types import ModuleType


class DiallingSocks(Dialling):
    """A connection by way of SOCKS; comes before urllib3's own among its bases."""

    _socks_options: dict[str, Any]

    def dial(self) -> Any:
        """A socket that the proxy has connected."""
        how = self._socks_options
        return socks_over(self.green.socket).create_connection(
            (self.host, self.port),
            timeout=self.timeout,
            socket_options=self.socket_options,
            proxy_type=how["socks_version"],
            proxy_addr=how["proxy_host"],
            proxy_port=how["proxy_port"],
            proxy_rdns=how["rdns"],
            proxy_username=how["username"],
            proxy_password=how["password"],
        )


@cache
def socks_over(library: ModuleType) -> ModuleType:
    """The module ``socks``, for which ``import socket`` brings another module."""

    def bring(name: str, *args: Any, **kwargs: Any) -> Any:
        return library if name == "socket" else builtins.__import__(name, *args, **kwargs)

    spec: Any = find_spec("socks")
    module = module_from_spec(spec)
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": bring}
    exec(spec.loader.get_code("socks"), vars(module))  # noqa: S102 - the installed module, no text
    return module
