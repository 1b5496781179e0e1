"""What a page may ask for beside its components' own actions: calls whose name begins with ``@``.

``@perform`` a result that the server has signed (behind a button, or in a broadcast); ``@answer`` a question;
``@refresh`` components whose data has changed. And going on with another action, which an action may answer with.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from liveactions.components import ActionOptions
from liveactions.errors import CallError
from liveactions.results import Confirm, Download, Error, Report, Result, Switch, WindowAction, Wizard
from liveactions.runtime import background, calls, steps
from liveactions.runtime.fitting import fitting
from liveactions.runtime.runs import hands_over
from liveactions.runtime.scene import Item
from liveactions.runtime.working import in_thread
from liveactions.wire.frames import Call

if TYPE_CHECKING:
    from liveactions.components import ActionRequest, Callback
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.runtime.questions import Question

__all__ = ["order", "switched"]

logger = logging.getLogger("liveactions")

MAX_SWITCHES = 4
"""How many actions may hand over one after another."""


async def order(page: Page, frame: Call) -> list[Item]:
    """Do what such a call asks. Raises ``CallError`` for an unknown one, and what its parts raise."""
    if (known := ORDERS.get(frame.action)) is None:
        raise CallError(f"There is no {frame.action[:80]!r}.", code="action.unknown")
    return await known(page, frame)


async def perform(page: Page, frame: Call) -> list[Item]:
    """Perform a signed result for the user of this page, as if the component had just answered with it."""
    result = await page.host.seals.referred(text_of(frame.args, "token"))
    node = speaker(page, frame, result)
    with calls.follow(page, node, frame.number, "perform", lambda _: result) as run:
        items = await run.results()
    return await switched(page, frame, items)


async def answer(page: Page, frame: Call) -> list[Item]:
    """The user has chosen. An action that waits goes on; else the function runs that was kept for the choice.

    The question may be another page's: then it is for that one to go on.
    """
    token, choice = text_of(frame.args, "token"), text_of(frame.args, "choice")
    if (asker := page.questions.asker(token)) != page.asking_as:
        await page.questions.relay(asker, token, choice)
        return []
    return await given(page, frame, page.questions.take(token, choice), choice)


async def given(page: Page, frame: Call, question: Question, choice: str) -> list[Item]:
    """Go on with an answer to a question of this page that has been taken."""
    if question.answer is not None:
        if not question.answer.done():
            question.answer.set_result(choice)
        return []
    if question.call is not None:
        return await agreed(page, frame, question.call) if choice == "ok" else []
    callback, node, settle = question.callback, page.node(question.component), page.host.renderer.settle
    assert callback is not None
    permission = permission_of(node, question.request)
    done, options = partial(answered, callback, choice, settle), ActionOptions(atomic=is_atomic(node, callback, choice))
    if database := steps.database_of(options, "sync", page.host.limits):
        await steps.arrived(page, frame, database=database)
    with calls.follow(page, node, frame.number, "answer", done, permission=permission, options=options) as run:
        if run.request is not None and question.request is not None:
            run.request.parent_request = question.request
        items = await run.results()
    return await switched(page, frame, items)


async def agreed(page: Page, frame: Call, call: Call) -> list[Item]:
    frame = replace(call, number=frame.number, flags={"confirmed": True})
    await steps.arrived(page, frame)
    with calls.call(page, frame) as run:
        items = await run.results()
    return await switched(page, frame, items)


def answered(callback: Callback, choice: str, settle: Callable[[Any], Any], own: ActionRequest) -> Any:
    return settle(callback.answer(choice, own))


def is_atomic(node: Node, callback: Callback, choice: str) -> bool | str | None:
    """As the function of a choice is declared, if it is an action of the component; None if nothing is said."""
    function: Any = callback.choices[choice].function if choice in callback.choices else None
    if getattr(function, "__self__", None) is not node.component:
        return None
    specs = node.declared.actions.values()
    return next((spec.options.atomic for spec in specs if spec.attribute == function.__name__), None)


def permission_of(node: Node, asked: ActionRequest | None) -> Any:
    """What the action wanted that has asked: who answers must be allowed to do it still."""
    spec = None if asked is None else node.declared.actions.get(asked.action)
    return None if spec is None else spec.options.permission


async def refresh(page: Page, frame: Call) -> list[Item]:
    """Have components look at their data again; what differs is sent. Ids that have gone are passed over."""
    ids = frame.args.get("components")
    nodes = list(page.tree.roots) if ids is None else outermost(page, ids)
    return await in_thread(page, lambda: [item for node in nodes for item in refreshed(page, node)])


def refreshed(page: Page, node: Node) -> list[Item]:
    """What is new in a component; one that fails must not keep others from being told of."""
    try:
        return fitting(page, page.tree.refreshed(node))
    except Exception:  # an application may raise anything
        logger.exception("%s of page %s could not be refreshed.", node.name, page.page_id)
        node.doubt()
        return [(node.id, Error("This could not be refreshed."))]


def outermost(page: Page, ids: Any) -> list[Node]:
    """The components of these ids, each once: those inside another one are refreshed with it."""
    if not isinstance(ids, list):
        raise CallError("components must be a list of ids.", code="argument.invalid", path="components")
    named = {each: page.tree.nodes[each] for each in ids if type(each) is int and each in page.tree.nodes}
    return [node for node in named.values() if not any(around.id in named for around in node.ancestors())]


def text_of(args: Mapping[str, Any], name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str):
        raise CallError(f"{name} must be a text.", code="argument.invalid", path=name)
    return value


SAYS_IT_ALL = (Download, Report, WindowAction, Wizard)
"""Words that mean the same whoever says them. A ``Switch`` does not: it is an action of who speaks."""


def speaker(page: Page, frame: Call, result: Result) -> Node:
    """The component in whose name it is done.

    The page's first speaks for a broadcast to everyone, which has no component, and for one that has gone meanwhile (in
    a window that has closed), where the button of its message would lead somewhere without it.
    """
    orphaned = frame.component not in page.tree.nodes and isinstance(result, SAYS_IT_ALL)
    if page.tree.roots and (orphaned or not frame.component):
        return page.tree.roots[0]
    return page.node(frame.component)


ORDERS: dict[str, Callable[[Page, Call], Awaitable[list[Item]]]] = {
    "@perform": perform,
    "@answer": answer,
    "@refresh": refresh,
}


async def switched(page: Page, frame: Call, items: list[Item]) -> list[Item]:
    """Go on with the other action that the last item names, and with the one that this one names."""
    for _ in range(MAX_SWITCHES):
        if not hands_over(items):
            return items
        scope, switch = items.pop()
        assert isinstance(switch, Switch)
        await page.remember()
        page.apply(items, frame.number)
        frame = steps.other_call(page, frame, scope or frame.component, switch)
        if (question := first_asked(page, frame)) is not None:
            return [(frame.component, question)]
        await steps.arrived(page, frame)
        with calls.call(page, frame) as run:
            items = await background.items_of(run)
    if hands_over(items):
        raise CallError(f"More than {MAX_SWITCHES} actions handed over to one another.", code="switch.loop")
    return items


def first_asked(page: Page, frame: Call) -> Confirm | None:
    """The question before the action of a ``Switch``: the page cannot call that again with a yes."""
    node = page.node(frame.component)
    asks = calls.action_of(node, frame.action).options.confirm
    return None if not asks else page.questions.keep_call(node, calls.question_of(asks, frame.args), frame)
