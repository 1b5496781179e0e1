"""The atomic actions of one call, which may hand over to one another: what the next holder of its page has to know.

Each is a step, committed once under its own receipt. A step whose receipt is there is answered from it, one without is
done by whoever holds the page now; so what the vault knows of a call is the step at which it has arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import ActionOptions, Kind
from liveactions.errors import CallError
from liveactions.results import Switch, plain
from liveactions.runtime.limits import Limits
from liveactions.runtime.scene import Item
from liveactions.wire.frames import Call

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = [
    "AT_WORKER",
    "ONCE",
    "USUAL",
    "Step",
    "arrived",
    "call_of",
    "database_of",
    "foreseen",
    "next_of",
    "other_call",
]

USUAL = "default"
"""What Django calls the database of a site that has one."""

AT_WORKER = ""
"""Stands for the database of an action in the background: its worker knows of the receipt, its page does not. Whoever
holds the page has it done again, and the worker that is then asked finds out that it was done."""

ONCE: Sequence[Any] = ()
"""Stands for an action that cannot be repeated: what it is about went with its process."""


class Step(NamedTuple):
    """An atomic action that has begun for a call."""

    database: str
    """Where its receipt will be, or ``AT_WORKER``."""
    place: int = 0
    """How many atomic actions of the call were committed before it."""
    action: Sequence[Any] | None = None
    """What is to be done: component, action, arguments, flags. None for what the page itself sends again."""


def database_of(options: ActionOptions, kind: Kind, limits: Limits) -> str:
    """The database in which an action is committed; "" if it is not atomic.

    The site's setting is for synchronous actions: others may wait, and a transaction must not.
    """
    wanted = options.atomic
    if wanted is None:
        wanted = limits.atomic if kind == "sync" else False
    if wanted is True:
        return limits.atomic if isinstance(limits.atomic, str) else USUAL
    return wanted or ""


def foreseen(page: Page, frame: Call) -> Step | None:
    """The first step of a call; None if there will be no receipt of it."""
    if frame.action == "@perform":
        database = database_of(ActionOptions(), "sync", page.host.limits)
        return Step(database) if database else None
    node = page.tree.nodes.get(frame.component)
    spec = None if node is None else node.actions.get(frame.action)
    database = "" if spec is None else database_of(spec.options, spec.kind, page.host.limits)
    if spec is None or not database:
        return None
    return Step(AT_WORKER if spec.options.background else database)


def next_of(page: Page, place: int, items: Sequence[Item]) -> Step | None:
    """The step that ``items`` hand over to, after ``place`` others; None if it is none, or its user is asked first."""
    scope, switch = items[-1]
    if type(switch) is not Switch:
        return None
    try:
        frame = other_call(page, Call(0, 0, scope or 0, switch.action, {}), scope or 0, switch)
    except CallError:
        return None  # whoever goes on with it says so
    step = foreseen(page, frame)
    if step is None or page.tree.nodes[frame.component].actions[frame.action].options.confirm:
        return None
    return step._replace(place=place, action=described(frame))


async def arrived(page: Page, frame: Call, *, database: str = "") -> None:
    """A call has arrived at another action than it began with, which is about to run. The vault knows before it does,
    if that action has a receipt, or if the first one would be repeated: then it has to be known that this has begun.

    ``database`` is that of a function, which cannot be repeated. Raises ``CallError`` if somebody else has the page.
    """
    step = Step(database, action=ONCE) if database else foreseen(page, frame)
    opened = page.open.get(frame.number)
    if opened is None or page.keeping is None:
        return
    redone = opened.step is not None and opened.step.database == AT_WORKER  # with everything that follows
    if step is None and opened.begun and not redone:
        return
    opened.begun = True
    if step is not None:
        opened.step = step._replace(place=opened.committed, action=ONCE if database else described(frame))
    elif redone:
        opened.step = None
    if not await page.keeping.begun():
        raise CallError("Another server has taken this over.", code="call.lost")


def described(frame: Call) -> Sequence[Any]:
    return [frame.component, frame.action, dict(frame.args), frame.flags]


def call_of(number: int, step: Step) -> Call:
    """A step that is to be done, as a call."""
    assert step.action
    component, action, args, flags = step.action
    return Call(number, 0, component, action, args, None, flags)


def other_call(page: Page, frame: Call, component: int, switch: Switch) -> Call:
    """The call that a ``Switch`` means. Raises ``CallError`` if the page has no such component."""
    node = page.node(component)
    if switch.component is not None:
        found = next((each for each in page.tree.nodes.values() if each.name == switch.component), None)
        if found is None:
            raise CallError(f"There is no {switch.component!r} on this page.", code="component.unmounted")
        node = found
    args = plain(switch.args, "args")
    return replace(frame, component=node.id, action=switch.action, args=args, event=None, flags=None)
