"""From what the user wrote to a transport: choose, settle, construct.

Everything that can be wrong is found here, at ``init``, and says what to type instead.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rookery.errors import BrokenPlugin, ConfigurationError
from rookery.transport import admission
from rookery.transport.chooser import choose
from rookery.transport.contract import NOTHING, Setup, Transport
from rookery.transport.declare import Sources, query_of
from rookery.transport.registry import Plug, explain
from rookery.transport.settings import find_settings, settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rookery.dsn import Dsn
    from rookery.transport.contract import Choice


def build_transport(
    dsn: Dsn,
    choice: Choice = None,
    *,
    arguments: Mapping[str, Any] = NOTHING,
    environ: Mapping[str, str] = NOTHING,
) -> Transport:
    """The transport that ``choice``, the DSN, ``environ`` or the default asks for, ready for use.

    ``arguments`` are settings and the transport's own options by name; a value of None is as good
    as none given, except for ``timeout``. Raises ``UnknownOption`` (a ``TypeError``) for a name that
    nobody declares, and ``ConfigurationError`` (a ``ValueError``) for everything else.
    """
    sources = Sources(arguments, query_of(dsn.options), environ)
    if isinstance(choice, Transport) and not choice.is_foreign:
        admission.refuse_beside_an_instance(choice, sources)
        return choice
    chain = choose(choice, dsn.transport, environ)
    admission.refuse_unknown(chain, sources)
    admission.refuse_unsupported(chain, sources)
    return _built(chain, dsn, sources)


def _built(chain: Sequence[Plug], dsn: Dsn, sources: Sources) -> Transport:
    """What a wrapper wraps is built before it, and again for each further DSN that it names."""
    plug, *within = chain
    setup = _setup(plug, dsn, sources)
    if within:
        inner = _built(within, dsn, sources)
        setup = setup._replace(inner=inner, another=partial(_another, within, sources))
    return _construct(plug, setup)


def _another(chain: Sequence[Plug], sources: Sources, dsn: Dsn) -> Transport:
    """The same for another DSN, unless that says otherwise: of the first DSN's query it inherits."""
    if dsn.transport is not None:
        chain = choose(None, dsn.transport, sources.environ)
    own = Sources(query=query_of(dsn.options))
    admission.refuse_unknown(chain, own)
    admission.refuse_unsupported(chain, own)
    return _built(chain, dsn, sources._replace(query={**sources.query, **own.query}))


def check_names(
    choice: Choice, arguments: Mapping[str, Any], environ: Mapping[str, str] = NOTHING
) -> None:
    """Raise ``UnknownOption`` as :func:`build_transport` would, for a client without a DSN.

    The transport is looked up only if an argument may be an option of its own.
    """
    if admission.SETTING_NAMES.issuperset(arguments):
        return
    chain = () if isinstance(choice, Transport) else choose(choice, None, environ)
    admission.refuse_unknown(chain, Sources(arguments))


def _setup(plug: Plug, dsn: Dsn, sources: Sources) -> Setup:
    admission.refuse_absent_libraries(plug)
    found = find_settings(admission.sources_for(plug, sources), admission.unsupported(plug))
    settings = settle(admission.reconcile(found))
    admission.check_libraries(settings, dsn)
    return Setup(dsn, settings, _own_options(plug, sources))


def _own_options(plug: Plug, sources: Sources) -> object:
    options = getattr(plug.factory, "Options", None)
    if options is None:
        return None
    from rookery.transport.own_options import settle_own  # what few transports need

    return settle_own(options, sources, plug.origin)


def _construct(plug: Plug, setup: Setup) -> Transport:
    try:
        made = plug.factory(setup)
    except ConfigurationError:
        raise
    except Exception as error:
        raise explain(error, plug.origin, plug.package) from error
    if not isinstance(made, Transport):
        raise BrokenPlugin(
            f"{plug.origin} makes {made!r}, which is no rookery.transport.Transport; a function that"
            " is to be given events calls its parameter 'event'"
        )
    return made
