"""``{% source component "toast" %}``: the real lines of an action, beside the button that runs it."""

from __future__ import annotations

import inspect
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from sample_site.gallery.source import highlight, source_of

register = template.Library()


@register.simple_tag
def source(owner: Any, *names: str) -> SafeString:
    """The source of methods of a component (or of its class itself, without names) in a ``<pre>``.

    ``owner`` is a component or the dotted path of a class. (A class in a template's context would be called.)
    """
    cls = import_string(owner) if isinstance(owner, str) else type(owner)
    things = [inspect.unwrap(getattr(cls, name)) for name in names] or [cls]
    text = "\n\n".join(source_of(thing) for thing in things)
    return format_html('<pre class="code" tabindex="0"><code>{}</code></pre>', highlight(text))


@register.filter
def split(words: str) -> list[str]:
    """``"one two"|split`` → ``["one", "two"]``."""
    return words.split()
