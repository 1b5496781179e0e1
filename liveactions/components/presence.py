"""Presence: who else has a page open that follows a topic.

::

    class Order(Component):
        order: int
        here: list[Present] = presence("order.{order}")

In the template: ``{% for person in here %}{{ person.name }}{% endfor %}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from liveactions.components.fields import Written
from liveactions.errors import DeclarationError, LocalError
from liveactions.results import audience, plain

__all__ = ["Presence", "Present", "Seat", "newcomers", "presence"]


@dataclass(frozen=True)
class Present:
    """One user with at least one page that follows the topic.

    ``key`` is the user's primary key as text (made up for one who is not signed in), ``name`` what ``str(user)`` says,
    ``tabs`` how many pages there are, and ``told`` what they tell of themselves, as dictionaries, the same once.
    """

    key: str
    name: str
    tabs: int = 1
    told: list[dict[str, Any]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name


class Seat(NamedTuple):
    """Where a component is present: in which topic, whether others see that, and what they are told of it."""

    stream: str
    seen: bool
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Presence(Written):
    """A field that the package fills with who is in ``topic``."""

    topic: str = ""
    tell: tuple[str, ...] = ()
    seen: bool = True

    def seat(self, component: object) -> Seat:
        """Where ``component`` is present now. Raises ``LocalError`` for a name it does not have."""
        try:
            name = self.topic.format_map(Attributes(component))
            told = {name: plain(getattr(component, name), name) for name in self.tell}
        except (AttributeError, KeyError, IndexError) as error:
            raise LocalError(
                f"{type(component).__qualname__}.{self.name}: presence({self.topic!r}) cannot be made out: {error}.",
                code="component.failed",
                hint="In braces stand fields of the component, as in presence('order.{order}').",
            ) from error
        return Seat(audience.topic(name).stream, self.seen, told)


class Attributes(dict[str, Any]):
    """A component's attributes, for ``str.format_map``."""

    def __init__(self, component: object) -> None:
        super().__init__()
        self.component = component

    def __missing__(self, name: str) -> Any:
        return getattr(self.component, name)


def presence(topic: str, *, tell: Iterable[str] = (), seen: bool = True) -> Any:
    """Declare a field with who has a page that follows ``topic``: ``here: list[Present] = presence("order.{order}")``.

    ``topic`` may name fields in braces. By it the component follows the topic, and its page is seen there by others,
    unless ``seen`` is False. ``tell`` names fields whose values go along (``Present.told``). The list is by name, and
    right within a moment, or within 20 s when a process or a browser has died. When it changes, listeners of
    ``"here.joined"`` and ``"here.left"`` (the name of the field first) are given ``who``: a list of ``Present``.

    Raises ``DeclarationError`` for a topic that is empty.
    """
    if not topic:
        raise DeclarationError(
            f"presence() got {topic!r}.", hint='Give it the name of a topic: presence("order.{order}").'
        )
    return Presence(factory=list, topic=topic, tell=(tell,) if isinstance(tell, str) else tuple(tell), seen=seen)


def newcomers(before: Iterable[Present], now: Iterable[Present]) -> list[Present]:
    """Who is in ``now`` and was not in ``before``."""
    known = {each.key for each in before}
    return [each for each in now if each.key not in known]
