"""Which names give away a secret, and which parts of a URL are one (protocol: privacy)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rookery.event.noted import REPLACED, NotedText

if TYPE_CHECKING:
    from collections.abc import Callable

FILTERED = "[Filtered]"
SECRET = NotedText(FILTERED, REPLACED)
"""What stands in the place of a secret, with the remark that says so."""

DEFAULT_DENYLIST = """
    password passwd secret api_key apikey auth credentials mysql_pwd privatekey private_key token
    session csrftoken sessionid x_csrftoken x_forwarded_for set_cookie cookie authorization
    proxy-authorization x_api_key aiohttp_session connect.sid csrf_token csrf _csrf _csrf_token
    PHPSESSID _session symfony user_session _xsrf XSRF-TOKEN
    """.split()
DEFAULT_PII_DENYLIST = ["x_forwarded_for", "x_real_ip", "ip_address", "remote_addr"]
SECRETS = frozenset(name.lower() for name in (*DEFAULT_DENYLIST, *DEFAULT_PII_DENYLIST))

GIVEAWAYS = frozenset(
    """auth token secret password passwd pwd key apikey jwt bearer sso saml csrf xsrf credentials
    credential session sessionid sid signature""".split()
)
"""Words that make a header's, a cookie's or a parameter's name a secret's (protocol: privacy)."""

TELLING = tuple(
    """token secret password passwd apikey bearer session csrf xsrf credential signature authoriz
    authent identity""".split()
)
"""Words that do so within a longer one too, ``jsessionid``; of ``auth`` there is ``author``."""

_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_CREDENTIALS = re.compile(r"(://)[^/?#\s@\"'<>]*(?:@[^/?#\s@\"'<>]*)*@(?=[^@\s/?#])")
_QUERY = re.compile(r"([?&;]\s*|^)([^=&;?#\s]+)=([^&;#\s\"']*)")


def is_secret(name: str) -> bool:
    """Exact, in any case."""
    return name.lower() in SECRETS


def gives_away(name: str) -> bool:
    """Whether one of the words of a collected name is a secret's: ``accessToken``, ``x-api-key``."""
    lower = name.lower()
    return any(word in lower for word in TELLING) or not GIVEAWAYS.isdisjoint(
        word.lower() for word in _WORDS.findall(name)
    )


def without_credentials(text: str) -> str:
    """The text with ``user:password@`` taken out of each URL in it."""
    if "://" not in text or "@" not in text:
        return text
    told = _CREDENTIALS.sub(rf"\g<1>{FILTERED}:{FILTERED}@", text)
    return text if told == text else NotedText(told, getattr(text, "note", REPLACED))


def without_secrets(query: str, is_secret: Callable[[str], bool]) -> str:
    """The query, or the URL with one, with the values of secret parameters taken out."""

    def filtered(found: re.Match[str]) -> str:
        before, name, value = found.groups()
        return f"{before}{name}={FILTERED if value and is_secret(name) else value}"

    told = _QUERY.sub(filtered, query)
    return query if told == query else NotedText(told, REPLACED)
