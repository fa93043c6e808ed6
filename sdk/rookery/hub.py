"""``Hub``, ``push_scope`` and ``configure_scope``, for programs that have them (protocol: hub model).

A hub is a client with an isolation scope and a current scope, which are in force inside
``with hub:``. ``Hub.main``, which is ``Hub.current`` outside of all such blocks, has none of its
own: it stands for whatever is in force where it is asked.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, overload

from rookery.hub_traces import HubTraces
from rookery.scopes import (
    Scope,
    get_client,
    get_current_scope,
    get_global_scope,
    get_isolation_scope,
    use_isolation_scope,
    use_scope,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from typing_extensions import Self

    from rookery.client import Client, GivenScope
    from rookery.integrations import Integration
    from rookery.types import ExcInfo, Hint, Level

T = TypeVar("T")


class HubDeprecationWarning(DeprecationWarning):
    """``Hub`` is deprecated: there are scopes instead."""

    def __init__(self) -> None:
        super().__init__(
            "Hub is deprecated: write get_client() for its client, isolation_scope() for"
            " Hub(Hub.current), new_scope() for push_scope"
        )


SentryHubDeprecationWarning = HubDeprecationWarning
"""The name that sentry-sdk has for it."""


class _Entered:
    """A block of a hub's: how to leave it, and the block around it."""

    def __init__(self, hub: Hub, around: _Entered | None) -> None:
        self.hub = hub
        self.around = around
        self.scopes = hub._scopes_in_force()  # noqa: SLF001  # one thing, in two classes
        self.scopes.__enter__()


_entered: ContextVar[_Entered | None] = ContextVar("rookery_hub", default=None)


class HubMeta(type):
    """Where ``Hub.current`` and ``Hub.main`` come from."""

    @property
    def current(cls) -> Hub:
        """The hub that is in force here."""
        warnings.warn(HubDeprecationWarning(), stacklevel=2)
        return _current_hub()

    @property
    def main(cls) -> Hub:
        """The hub of the process."""
        warnings.warn(HubDeprecationWarning(), stacklevel=2)
        return _main


class Hub(HubTraces, metaclass=HubMeta):
    """A client and its scopes; ``Hub(Hub.current)`` has forks of those that are in force."""

    def __init__(
        self, client_or_hub: Client | Hub | None = None, scope: Scope | None = None
    ) -> None:
        warnings.warn(HubDeprecationWarning(), stacklevel=2)
        origin: Hub = client_or_hub if isinstance(client_or_hub, Hub) else _current_hub()
        with origin._here():
            self._isolation: Scope | None = scope or get_isolation_scope().fork()
            self._current: Scope | None = get_current_scope().fork()
        if client_or_hub is not None and not isinstance(client_or_hub, Hub):
            self.bind_client(client_or_hub)

    @contextmanager
    def _in_force(self, isolation: Scope, current: Scope) -> Iterator[Scope]:
        with use_isolation_scope(isolation), use_scope(current):
            yield isolation

    def _scopes_in_force(self) -> AbstractContextManager[Scope | None]:
        if self._isolation is None or self._current is None:
            return nullcontext()
        return self._in_force(self._isolation, self._current)

    def __enter__(self) -> Self:
        _entered.set(_Entered(self, _entered.get()))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        block = _entered.get()
        if block is not None:
            _entered.set(block.around)
            block.scopes.__exit__(None, None, None)

    def run(self, callback: Callable[[], T]) -> T:
        """Call something with this hub in force."""
        with self:
            return callback()

    @contextmanager
    def _here(self) -> Iterator[None]:
        """The hub's scopes for one call, whether it is in force or not."""
        block = _entered.get()
        if block is not None and block.hub is self:  # with whatever was pushed since
            yield
        else:
            with self._scopes_in_force():
                yield

    @property
    def client(self) -> Client | None:
        """The client that events go to; None if nothing is recorded."""
        with self._here():
            found = get_client()
        return found if found.is_active() else None  # type: ignore[return-value]  # the others never are

    def bind_client(self, client: Client | None) -> None:
        """Have events go to ``client``: those of this hub, or of the whole process for ``main``."""
        (self._isolation or get_global_scope()).set_client(client)

    @property
    def scope(self) -> Scope:
        """The scope that :meth:`configure_scope` configures."""
        with self._here():
            return _configured()

    def get_integration(self, name_or_class: str | type[Integration]) -> Integration | None:
        """The integration, if the client has it switched on."""
        with self._here():
            return get_client().get_integration(name_or_class)

    def capture_event(
        self,
        event: Mapping[str, Any],
        hint: Hint | None = None,
        scope: GivenScope = None,
        **given: Any,
    ) -> str | None:
        """See :func:`rookery.capture_event`."""
        with self._here():
            return get_client().capture_event(event, hint, scope, **given)

    def capture_message(
        self, message: str, level: Level | None = None, scope: GivenScope = None, **given: Any
    ) -> str | None:
        """See :func:`rookery.capture_message`."""
        with self._here():
            return get_client().capture_message(message, level, scope, **given)

    def capture_exception(
        self,
        error: BaseException | ExcInfo | None = None,
        scope: GivenScope = None,
        **given: Any,
    ) -> str | None:
        """See :func:`rookery.capture_exception`."""
        with self._here():
            return get_client().capture_exception(error, scope, **given)

    def add_breadcrumb(
        self, crumb: Mapping[str, Any] | None = None, hint: Hint | None = None, **more: Any
    ) -> None:
        """See :func:`rookery.add_breadcrumb`."""
        with self._here():
            get_isolation_scope().add_breadcrumb(crumb, hint, **more)

    def last_event_id(self) -> str | None:
        """The id of the last event that was sent from here."""
        with self._here():
            return get_isolation_scope().event_id

    def flush(
        self,
        timeout: float | None = None,
        callback: Callable[[int, float], object] | None = None,
    ) -> bool:
        """See :func:`rookery.flush`."""
        with self._here():
            return get_client().flush(timeout, callback)

    @overload
    def push_scope(self, callback: None = None) -> AbstractContextManager[Scope]: ...
    @overload
    def push_scope(self, callback: Callable[[Scope], object]) -> None: ...
    def push_scope(
        self, callback: Callable[[Scope], object] | None = None
    ) -> AbstractContextManager[Scope] | None:
        """See :func:`push_scope`."""
        return _with_scope(self._pushed(), callback, self)

    @overload
    def configure_scope(self, callback: None = None) -> AbstractContextManager[Scope]: ...
    @overload
    def configure_scope(self, callback: Callable[[Scope], object]) -> None: ...
    def configure_scope(
        self, callback: Callable[[Scope], object] | None = None
    ) -> AbstractContextManager[Scope] | None:
        """See :func:`configure_scope`."""
        return _with_scope(nullcontext(self.scope), callback, self)

    @contextmanager
    def _pushed(self) -> Iterator[Scope]:
        with self._here():
            pushed = get_current_scope().fork()
            pushed.is_pushed = True
            with use_scope(pushed):
                yield pushed


def _main_hub() -> Hub:
    hub = Hub.__new__(Hub)
    hub._isolation = hub._current = None  # noqa: SLF001  # it has none: see above
    return hub


_main = _main_hub()


def _current_hub() -> Hub:
    block = _entered.get()
    return _main if block is None else block.hub


def _configured() -> Scope:
    """The innermost scope that was pushed, else the isolation scope."""
    current = get_current_scope()
    return current if current.is_pushed else get_isolation_scope()


def _with_scope(
    block: AbstractContextManager[Scope], callback: Callable[[Scope], object] | None, hub: Hub
) -> AbstractContextManager[Scope] | None:
    """The block, or the callback called in it: not without a client, as ever."""
    if callback is None:
        return block
    if hub.client is not None:
        with block as scope:
            callback(scope)
    return None


@overload
def push_scope(callback: None = None) -> AbstractContextManager[Scope]: ...
@overload
def push_scope(callback: Callable[[Scope], object]) -> None: ...
def push_scope(
    callback: Callable[[Scope], object] | None = None,
) -> AbstractContextManager[Scope] | None:
    """A block with a scope of its own; or a call of ``callback`` with that scope. Deprecated."""
    warnings.warn("push_scope is deprecated: write new_scope()", DeprecationWarning, stacklevel=2)
    return _current_hub().push_scope(callback)


@overload
def configure_scope(callback: None = None) -> AbstractContextManager[Scope]: ...
@overload
def configure_scope(callback: Callable[[Scope], object]) -> None: ...
def configure_scope(
    callback: Callable[[Scope], object] | None = None,
) -> AbstractContextManager[Scope] | None:
    """The scope of this request or task, to be changed; by ``callback`` if given. Deprecated."""
    warnings.warn(
        "configure_scope is deprecated: write get_isolation_scope()",
        DeprecationWarning,
        stacklevel=2,
    )
    return _current_hub().configure_scope(callback)
