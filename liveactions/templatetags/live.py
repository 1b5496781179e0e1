"""``{% load live %}``: the client, and components in a template."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings as django_settings
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liveactions.components import Component, registry
from liveactions.conf import conf
from liveactions.fallback import FIELD, check_installed
from liveactions.http import cursor_of, embed
from liveactions.version import __version__

register = template.Library()


@register.simple_tag(takes_context=True)
def live_client(context: Context) -> SafeString:
    """The client script and stylesheet; once, in the ``<head>`` of the base template.

    With a ``csp_nonce`` in the context, or ``request.csp_nonce`` (django-csp), both carry it.
    """
    settings = conf()
    told: dict[str, Any] = {"path": settings.path, "store": settings.store_name, "strict": settings.strict_targets}
    told |= {"max_frame": settings.max_frame, "build": __version__, "debug": django_settings.DEBUG}
    told["extras"] = static("liveactions/liveactions.extras.js")
    if settings.fallback:
        told["fallback"] = static("liveactions/liveactions.fallback.js")
    request = request_of(context)
    if cursor := cursor_of(request):
        told["since"] = cursor
    nonce = context.get("csp_nonce") or getattr(request, "csp_nonce", "")
    return format_html(
        '<link rel="stylesheet" href="{}"{}>\n<script type="module" src="{}" data-live="{}"{}></script>',
        static("liveactions/liveactions.css"),
        nonce_attribute(nonce),
        static("liveactions/liveactions.js"),
        json.dumps(told, separators=(",", ":")),
        nonce_attribute(nonce),
    )


def request_of(context: Context) -> HttpRequest | None:
    return getattr(context, "request", None) or context.get("request")


def nonce_attribute(nonce: object) -> SafeString:
    return format_html(' nonce="{}"', nonce) if nonce else SafeString("")


@register.simple_tag(takes_context=True)
def live(context: Context, component: str | type[Component], *, key: object = None, **params: Any) -> SafeString:
    """A component, by its name or class: ``{% live "desk.board" team=team %}``.

    The parameters go to its ``mount``. Inside the template of another component it is nested: it stays the same
    one from render to render, known by ``key``, else by the primary keys of its parameters, else by its place.
    ``with=params`` gives the parameters of a mapping, for a component that is not known before: what is written
    beside it goes first.
    """
    params = {**params.pop("with", {}), **params}
    name = component if isinstance(component, str) else registry.name_of(component)
    placing = getattr(context, "live", None)
    if placing is None:
        return embed(request_of(context), name, params)
    child, _ = placing.place(name, params, key)
    return SafeString(placing.placeholder(child))


@register.simple_tag(takes_context=True)
def live_post(context: Context, action: str) -> SafeString:
    """Inside a form of a component: what makes it work without JavaScript, by a plain post to the page itself.

    ``<form method="post" live-submit="save">{% csrf_token %}{% live_post "save" %} …``. It needs
    ``liveactions.fallback.LiveForms`` in ``MIDDLEWARE``. Where the client runs it does nothing.
    """
    placing = getattr(context, "live", None)
    if placing is None:
        raise template.TemplateSyntaxError("{% live_post %} stands in the template of a component.")
    check_installed()
    root, path = placing.node.path
    root.address = root.address or placing.tree.address_of(root)
    told = json.dumps([action, path, root.address], separators=(",", ":"))
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, told)
