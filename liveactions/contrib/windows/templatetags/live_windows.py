"""``{% load live_windows %}``: the windows of a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

__all__ = ["live_windows"]

register = template.Library()


@register.inclusion_tag("live_windows/windows.html", takes_context=True)
def live_windows(context: Context) -> dict[str, Any]:
    """The stack of windows with its script and its looks; once, in the ``<body>`` of the base template."""
    request = getattr(context, "request", None) or context.get("request")
    nonce = context.get("csp_nonce") or getattr(request, "csp_nonce", "")
    return {"request": request, "nonce": nonce}
