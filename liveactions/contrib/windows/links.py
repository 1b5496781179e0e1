"""What stands in the address of a page for an open window: ``?window=shop.new_order``, or the same with parameters.

Parameters are signed, so that an address opens nothing but what a server has opened before. The signature says nothing
of the user, so that addresses can be passed on: who may open it is decided by the component, when it is mounted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder

from liveactions.contrib.windows.manners import can_be_linked
from liveactions.errors import CallError

__all__ = ["followed", "link_to"]


def signer_of(component: str) -> signing.Signer:
    """What is signed for one component is worth nothing for another. The same is always signed the same: a window that
    is opened by its address has that address again."""
    return signing.Signer(salt=f"liveactions.contrib.windows:{component}")


class Plain:
    """JSON that knows dates and decimals; what mounts a component converts them back."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def link_to(component: str, title: str | None, params: Mapping[str, Any]) -> str:
    """The text for the address; "" for a component that is not linkable."""
    if not can_be_linked(component):
        return ""
    told = {name: value for name, value in (("title", title), ("params", dict(params))) if value}
    return (
        f"{component}:{signer_of(component).sign_object(told, serializer=Plain, compress=True)}" if told else component
    )


def followed(link: str) -> tuple[str, str | None, dict[str, Any]]:
    """The component, the title and the parameters of a link. Raises ``CallError`` for what may not be opened so."""
    component, _, signed = link.partition(":")
    if not can_be_linked(component):
        raise CallError(
            f"{component!r} cannot be opened by an address.", code="action.forbidden", hint="Say linkable = True in it."
        )
    try:
        told = signer_of(component).unsign_object(signed, serializer=Plain) if signed else {}
    except signing.BadSignature:
        raise CallError("This address is not complete.", code="argument.invalid", path="link") from None
    return component, told.get("title"), told.get("params", {})
