"""What is to be done once a library is imported: at once if it is there, else when it comes.

A library that the program has not is never imported for this, nor looked for. One that is imported
after ``init`` is noticed by a finder (PEP 451) at the head of ``sys.meta_path``, because every
other way costs the program more:

- an audit hook (PEP 578) is called for each event of the interpreter, and can never be removed;
- a replaced ``__import__`` stands in the way of each ``import`` statement, long after the first;
- a look into ``sys.modules`` at the next capture comes too late for the requests made before it.

The finder is asked only for modules that are not loaded yet, and answers all but the awaited ones
with one look into a dict. For those it lets the other finders do their work; the module keeps the
loader that they found. It stays when nothing is awaited any more: an import in another thread may
be going through ``sys.meta_path`` at that moment, and would miss whom it steps over.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from rookery.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_awaited: dict[str, list[Callable[[], object]]] = {}


def when_imported(name: str, act: Callable[[], object]) -> None:
    """Call ``act()`` once the module of this name has been executed; now, if it has."""
    if name in sys.modules:
        act()
        return
    _awaited.setdefault(name, []).append(act)
    if FINDER not in sys.meta_path:
        sys.meta_path.insert(0, FINDER)


class AwaitingFinder:
    """Finds nothing itself: it has a word with the loader of what the others find."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The spec that the other finders have for an awaited module."""
        if name not in _awaited:
            return None
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = cast("Any", AnnouncingLoader(spec.loader))
                return spec
        return None


FINDER: Any = AwaitingFinder()


class AnnouncingLoader:
    """A module's loader until the module is executed."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self)["loader"], name)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module by its own loader, then do what waits for it."""
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        for act in _awaited.pop(module.__name__, ()):
            harmless(None)(act)()
