"""Tags and filters for templates that are tried out: those of a library that nobody knows."""

from __future__ import annotations

from itertools import count
from typing import Any

from django import template
from django.template import Context, Node
from django.urls import path
from django.utils.html import format_html

register = template.Library()
urlpatterns = [
    path("login/<int:n>/", lambda request, n: None, name="numbered"),
    path("login/", lambda request: None, name="login"),
]
counter = count(1)


@register.filter
def shout(value: str) -> str:
    """A filter whose author has said nothing."""
    return f"{value}!"


@register.filter
def whisper(value: str) -> str:
    """A filter that makes the same of the same, and says so."""
    return f"({value})"


whisper.live_pure = True


@register.simple_tag
def plus(first: int, second: int) -> int:
    return first + second


plus.live_pure = True


@register.simple_tag
def tick() -> int:
    """Another number every time."""
    return next(counter)


@register.simple_tag
def bold(value: str) -> str:
    return format_html("<b>{}</b>", value)


@register.simple_tag(takes_context=True)
def overwrite(context: Context, name: str, value: Any) -> str:
    """Gives a name another value, if there is one."""
    if value:
        context[name] = value
    return ""


@register.simple_tag(takes_context=True)
def look_up(context: Context, name: str) -> Any:
    return context.get(name)


@register.inclusion_tag("card.html")
def card(title: str) -> dict[str, Any]:
    return {"title": title}


class Surround(Node):
    def __init__(self, nodelist: Any) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        return f"<b>{self.nodelist.render(context)}</b>"


@register.tag
def surround(parser: Any, token: Any) -> Surround:
    nodelist = parser.parse(("endsurround",))
    parser.delete_first_token()
    return Surround(nodelist)
