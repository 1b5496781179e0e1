"""Shared components: one state for everybody who looks at them.

A ``SharedComponent`` does not live on a page. What a page has of it is a ``Showing``: which one it is, and which
version of it the page was given. Which one it is follows from its name and its parameters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from liveactions.components.component import Component
from liveactions.components.declaration import declaration
from liveactions.components.fields import Written
from liveactions.errors import DeclarationError, LocalError
from liveactions.results import plain
from liveactions.results.audience import Audience

__all__ = ["STREAM", "NoViewer", "SharedComponent", "Showing", "key_of", "shared_class", "showing_params"]

STREAM = "="
"""How the name of a shared component's stream begins; an application's topics cannot begin so."""


class NoViewer:
    """Stands for the user while a shared component is mounted and rendered: for everybody, hence for nobody.

    It remembers what was refused, because a template may swallow an error.
    """

    def __init__(self) -> None:
        self.refused: LocalError | None = None

    def refuse(self, component: object, name: str) -> LocalError:
        """What to raise where ``name``, which belongs to one viewer, is asked for."""
        self.refused = LocalError(
            f"{type(component).__qualname__} is shared, and {name!r} was asked for while it was mounted or rendered.",
            code="component.failed",
            hint="It is rendered once for all who see it. Put what differs between viewers into an ordinary component "
            "around or beside it.",
        )
        return self.refused

    def check(self) -> None:
        """Raise what was refused since this was last asked."""
        refused, self.refused = self.refused, None
        if refused is not None:
            raise refused


class SharedComponent(Component):
    """A component with one state for all its viewers, whichever page and process they are on::

        class Poll(SharedComponent):
            template_name = "poll.html"
            question: Question
            votes: dict[str, int] = field(default_factory=dict)

            @action
            def vote(self, choice: str):
                self.votes[choice] = self.votes.get(choice, 0) + 1

    All placements with the same parameters are the same one: ``mount`` runs once for it. An action makes the next
    version of its state, from the latest one; where somebody else was faster, it is run again on theirs. So what it
    does beside changing the state must be undone by the transaction it runs in (which is why sync actions are
    ``atomic`` here unless they say otherwise), or do no harm when done twice. What has changed is rendered once, for
    everybody: the template knows no ``user``, ``perms``, ``csrf_token`` and ``request``, and ``self.user`` is that of
    the call, in actions only.
    """

    __liveactions_gives__ = ("user", "address")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_declared(cls)

    def may_view(self, user: Any) -> bool:  # noqa: ARG002  # for subclasses
        """Whether ``user`` may see it, and call its actions. Asked at every placement, call and look at the user."""
        return True

    @property
    def user(self) -> Any:
        """The user of the present call. Raises ``LocalError`` where there is none: it is mounted for everybody."""
        if self.request is not None:
            return self.request.user
        nobody = self._user if isinstance(self._user, NoViewer) else NoViewer()
        raise nobody.refuse(self, "user")

    @property
    def address(self) -> Audience:
        """The audience of everybody who sees it: ``broadcast(self.address, Toast("…"))``."""
        return Audience(STREAM + self.page)


def check_declared(cls: type) -> None:
    """Raises ``DeclarationError`` for what cannot be shared."""
    declared = declaration(cls)
    for field in declared.fields.values():
        if type(field.written) is not Written:
            raise DeclarationError(
                f"{field.where} is a {type(field.written).__name__.lower()}, and {cls.__qualname__} is shared.",
                hint="Put it into an ordinary component beside it.",
            )
    for spec in declared.actions.values():
        if spec.kind not in ("sync", "async") or spec.options.background or spec.options.parallel:
            raise DeclarationError(
                f"{cls.__qualname__}.{spec.attribute} is a generator, in the background or parallel, and "
                f"{cls.__qualname__} is shared: its actions may have to be run again.",
                hint="Write it as one step; what takes long belongs to an ordinary component that broadcasts an event.",
            )
    for listeners in declared.listeners.values():
        for listener in listeners:
            if listener.kind not in ("sync", "async"):
                raise DeclarationError(
                    f"{cls.__qualname__}.{listener.attribute} is a generator, and {cls.__qualname__} is shared.",
                    hint="Return a list of results.",
                )


class Showing(Component):
    """What one page has of a shared component."""

    name = "liveactions.showing"

    of: str
    """The name of its class."""
    given: dict[str, Any]
    """Its parameters, as plain data."""
    key: str
    version: int = 0
    """The version that the page was given as a whole; what came since came by the stream."""
    epoch: str = ""
    offset: int = 0
    """The place in the stream to which that version belongs."""

    def topics(self) -> Any:
        return [Audience(self.stream)]

    @property
    def stream(self) -> str:
        return STREAM + self.key

    def is_behind(self, news: Mapping[str, Any]) -> bool:
        """Whether this tells of a later version than the page was given as a whole."""
        return bool(news["key"] == self.key and news["version"] > self.version)


def shared_class(cls: type) -> bool:
    """Whether this is the class of a shared component."""
    return issubclass(cls, SharedComponent)


def showing_params(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a ``Showing`` is mounted with, for the shared component ``name`` with these parameters."""
    given = {each: plain(value, each) for each, value in params.items()}
    return {"of": name, "given": given, "key": key_of(name, given)}


def key_of(name: str, params: Mapping[str, Any]) -> str:
    """What tells shared components apart. A model instance and its primary key, and 7 and "7", are the same."""
    told = {each: told_as(plain(value, each)) for each, value in params.items()}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{name}.{digest[:20]}"


def told_as(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: told_as(each) for name, each in value.items()}
    if isinstance(value, list):
        return [told_as(each) for each in value]
    return value if value is None else str(value)
