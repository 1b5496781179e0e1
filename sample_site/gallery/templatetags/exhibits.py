"""For the room's template, whose output is a template itself."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from sample_site.gallery.source import highlight

register = template.Library()

CODE = re.compile(r"``(.+?)``")


@register.filter
def plain(text: str) -> SafeString:
    """Text that no template takes for anything else."""
    return mark_safe(escape(text).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S308  # escaped


@register.filter
def prose(text: str) -> SafeString:
    """A docstring: paragraphs, and ``code`` in them."""
    marked = [CODE.sub(r"<code>\1</code>", plain(each)) for each in text.split("\n\n") if "::" not in each]
    return mark_safe("".join(f"<p>{each}</p>" for each in marked if each.strip()))  # noqa: S308  # escaped


@register.filter
def lines(source: str) -> SafeString:
    """Python, with a class for each kind of word."""
    code = mark_safe(highlight(source).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S308  # escaped
    return format_html('<pre class="code" tabindex="0"><code>{}</code></pre>', code)
