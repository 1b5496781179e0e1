"""Tags and filters such as applications write: some that say they are pure, some that do not, one that nobody knows."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def doubled(value: object) -> str:
    return f"{value}{value}"


@register.filter
def bracketed(value: object) -> str:
    return f"[{value}]"


bracketed.live_pure = True  # type: ignore[attr-defined]


@register.simple_tag
def joined(*words: object) -> str:
    return "-".join(map(str, words))


@register.simple_tag
def strong(word: object) -> SafeString:
    return format_html("<strong>{}</strong>", word)


strong.live_pure = True  # type: ignore[attr-defined]


@register.simple_tag(takes_context=True)
def told(context: template.Context, name: str) -> object:
    return context.get(name, "?")


@register.simple_tag(takes_context=True)
def keep(context: template.Context, name: str, word: object) -> str:
    context[name] = word
    return ""


@register.inclusion_tag("badge.html")
def badge(label: object, number: object = 0) -> dict[str, Any]:
    return {"label": label, "number": number}


@register.inclusion_tag("wide.html", takes_context=True)
def wide(context: template.Context) -> dict[str, Any]:
    return {"label": context.get("title"), "number": context.get("n")}


class Twice(template.Node):
    """A block tag that liveactions has never heard of: its content two times."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return SafeString(self.nodelist.render(context) + self.nodelist.render(context))


@register.tag
def twice(parser: Any, _: Any) -> Twice:
    nodelist = parser.parse(("endtwice",))
    parser.delete_first_token()
    return Twice(nodelist)


class Setting(template.Node):
    """A tag that liveactions has never heard of, which gives a name in the context a value."""

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value

    def render(self, context: template.Context) -> str:
        context[self.name] = self.value.resolve(context)
        return ""


@register.tag
def setting(parser: Any, token: Any) -> Setting:
    _, name, value = token.split_contents()
    return Setting(name, parser.compile_filter(value))
