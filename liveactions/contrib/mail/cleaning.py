"""HTML that somebody has written becomes HTML that may be shown: by nh3, which is ammonia, which is a real parser."""

from __future__ import annotations

import re
from html import unescape
from importlib.util import find_spec
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from liveactions.errors import LocalError

__all__ = ["INSTALL", "cleaned", "is_installed"]

INSTALL = "pip install 'liveactions[mail]'"

TAGS: Final = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr "
    "i img ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
ATTRIBUTES: Final = {
    "*": {"title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES: Final = {"http", "https", "mailto", "tel"}
MARKUP = re.compile(r"<[a-zA-Z/!]")


def is_installed() -> bool:
    return find_spec("nh3") is not None


def cleaned(html: str) -> SafeString:
    """``html`` without anything that acts: scripts, styles, forms, frames, handlers, ``live-…`` attributes, odd links.

    A text without markup keeps its line breaks. Raises ``LocalError`` where nh3 is missing.
    """
    try:
        import nh3
    except ImportError as error:
        raise LocalError("Messages cannot be shown safely: nh3 is missing.", hint=INSTALL) from error
    if not MARKUP.search(html):
        html = escape(unescape(html)).replace("\n", "<br>")
    done = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(done)  # noqa: S308  # this is what makes it safe
