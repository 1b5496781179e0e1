"""Whom a result is for: a topic, a user, a page, one component, everyone.

An audience is a name, so it can be kept, compared and sent. Names that start with ``@`` are made here;
an application's own topics may not start so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from liveactions.errors import ResultError

__all__ = ["Audience", "component", "everyone", "page", "topic", "user"]

TOPIC = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,149}")


@dataclass(frozen=True, slots=True)
class Audience:
    """``stream`` is the name of the stream that carries the news; ``scope`` the component it is for, or None.

    Streams that every page follows unasked (its own, its user's, everyone's) begin with ``@``.
    """

    stream: str
    scope: int | None = None


everyone = Audience("@all")
"""Every page of every user."""


def topic(name: object) -> Audience:
    """The pages that follow ``name``. Up to 150 of ``A-Z a-z 0-9 _ . : -``, not starting with a dot or dash."""
    if not isinstance(name, str) or not TOPIC.fullmatch(name):
        raise ResultError(
            f"{name!r} cannot be the name of a topic.",
            hint='Use letters, digits and ". _ : -", at most 150, for example "team.7".',
        )
    return Audience(name)


def user(user: object) -> Audience:
    """Every page of one user: a user object, or its primary key. An anonymous user is refused."""
    pk = getattr(user, "pk", user)
    if pk is None:
        raise ResultError("A user without a primary key has no pages.", hint="Address a page or a topic.")
    return Audience(f"@user.{pk}")


def page(page_id: str) -> Audience:
    """One page session, by its id (``self.request.page``)."""
    return Audience(f"@page.{page_id}")


def component(page_id: str, component_id: int) -> Audience:
    """One component of one page (``self.address`` inside a component is this audience)."""
    return Audience(f"@page.{page_id}", component_id)
