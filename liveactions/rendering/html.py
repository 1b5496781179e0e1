"""The little of HTML that must be read: the root element of a component, and whether two renderings differ.

A component whose template has exactly one root element is that element; any other is put inside
``<live-root>``, which the stylesheet makes invisible to layout (``display: contents``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from liveactions.rendering.content import VOID

__all__ = ["Root", "digest_of", "escape", "filled", "find_root", "id_of_root", "mark", "placeholder"]

START = re.compile(r"\s*(?:<!--.*?-->\s*)*<([a-zA-Z][^\s/>]*)", re.DOTALL)
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')

ANCHOR = re.compile(r"<!--[\[|\]]-->")

WRAPPER = "live-root"


class Root(NamedTuple):
    """Where the root element stands: its tag name, and the index behind ``<name``."""

    tag: str
    after_name: int

    def written(self, html: str) -> str:
        """The name as it stands there, which may be in capitals."""
        return html[self.after_name - len(self.tag) : self.after_name]


@lru_cache(maxsize=256)
def same_name(tag: str) -> re.Pattern[str]:
    """Finds the tags of one name; steps over comments, raw text and attribute values, in which ``<`` means nothing."""
    return re.compile(
        rf"<!--.*?-->|<(script|style|textarea|title)(?=[\s/>])[^>]*>.*?</\1\s*>"
        r"|=\s*(?:\"[^\"<]*<[^\"]*\"|'[^'<]*<[^']*')"
        rf"|<(?P<end>/?){re.escape(tag)}(?=[\s/>])(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>",
        re.DOTALL | re.IGNORECASE,
    )


def find_root(html: str) -> Root | None:
    """The only root element of ``html``, or None when there is none, or text or a second one beside it."""
    start = START.match(html)
    if start is None:
        return None
    root = Root(start[1].lower(), start.end())
    end = end_of_element(html, start.end() - len(start[1]) - 1, root.tag)
    return root if end is not None and not html[end:].strip() else None


def first_element(html: str) -> Root:
    """The root element of ``html`` that is known to have one."""
    start = START.match(html)
    assert start is not None, html[:80]
    return Root(start[1].lower(), start.end())


def end_of_root(html: str, root: Root) -> int:
    """Where the root element ends: behind it stand at most white space and comments."""
    end = html.rfind(f"</{root.written(html)}")
    return html.find(">", max(end, root.after_name)) + 1


def no_root(_: str) -> None:
    """There is none: it is put around."""


def end_of_element(html: str, start: int, tag: str) -> int | None:
    depth = 0
    for match in same_name(tag).finditer(html, start):
        if match["end"] is None:
            if match.start() == start:
                return match.end()
            continue
        depth += -1 if match["end"] else 1
        if depth == 0 or tag in VOID:
            return match.end()
    return None


def mark(html: str, attributes: Mapping[str, str], *, wrapped: bool | None = None) -> tuple[str, str]:
    """``html`` with ``attributes`` on its root element, and the name of that element.

    ``wrapped``: whether the root element is one that is put around ``html``; None if that is to be found out. Of an
    element that is known to be the root, what stands beside it is left out.
    """
    given = "".join(f' {name}="{escape(value)}"' if value else f" {name}" for name, value in attributes.items())
    root = {None: find_root, True: no_root, False: first_element}[wrapped](html)
    if root is None:
        return f"<{WRAPPER}{given}>{html}</{WRAPPER}>", WRAPPER
    if wrapped is None:
        return f"{html[: root.after_name]}{given}{html[root.after_name :]}", root.tag
    rest = html[root.after_name : end_of_root(html, root)]
    return f"<{root.written(html)}{given}{rest}", root.tag


ID = re.compile(r"""\s[iI][dD]\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def id_of_root(html: str) -> str | None:
    """The ``id`` of the root element of a fragment, if it has one that a selector can name."""
    root = find_root(html)
    found = ID.search(html, root.after_name, html.find(">", root.after_name)) if root else None
    name = found and (found[1] or found[2] or found[3])
    return name if name and re.fullmatch(r"[A-Za-z_][\w-]*", name) else None


def placeholder(tag: str, component: int) -> str:
    """Stands for a component that is in the page already: the client leaves that one as it is."""
    start = f'<{tag} live-id="{component}" live-keep>'
    return start if tag in VOID else f"{start}</{tag}>"


PLACEHOLDER = re.compile(r'<([a-z][\w-]*) live-id="(\d+)" live-keep>(?:</\1>)?', re.IGNORECASE)
"""In whichever letters: ``{% filter upper %}`` around a component must not make it vanish."""


def filled(html: str, component: Callable[[int], str | None]) -> str:
    """``html`` with the HTML of components in place of their placeholders; one for which there is None stays."""
    return PLACEHOLDER.sub(lambda found: component(int(found[2])) or found[0], html)


def escape(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def digest_of(html: str) -> bytes:
    """Eight bytes that differ when two renderings do, with or without what a page needs to find slots.

    The token of a form, which is new every time, does not count.
    """
    if "<!--" in html:
        html = ANCHOR.sub("", html)
    if "csrfmiddlewaretoken" in html:
        html = CSRF.sub("", html)
    return hashlib.blake2b(html.strip().encode(), digest_size=8).digest()
