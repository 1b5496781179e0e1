"""What a page session does when its turn has come: one function for each thing a page may ask or hear.

A turn ends in results for the page or in an exception; ``answer`` turns either into the one ``ANSWER``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from liveactions.components import newcomers, write
from liveactions.errors import CallError, LiveActionsError, LocalError, Refusal, RemoteError, ResultError
from liveactions.metrics import figures
from liveactions.results import Error, Whole
from liveactions.runtime import background, calls, journal, moments, orders
from liveactions.runtime.fitting import FAILED, TOO_LARGE, fitting, in_sight, rescued
from liveactions.runtime.runs import cancelled, forget_cancellation, hands_over
from liveactions.runtime.tree import Item
from liveactions.runtime.working import here_or_thread, in_thread
from liveactions.wire.frames import Call, Mount, Resync, Set, Unmount

if TYPE_CHECKING:
    from liveactions.components import Present
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Open, Page
    from liveactions.runtime.questions import Question

__all__ = [
    "Numbered",
    "answer",
    "answer_now",
    "attend",
    "bring_up",
    "carry_out",
    "catch_up",
    "end",
    "go_on",
    "hear",
    "keep",
    "recheck",
    "refresh",
    "stop",
]

Numbered = Mount | Call | Set | Resync | Unmount

logger = logging.getLogger("liveactions")


@dataclass(slots=True)
class Told:
    """What an ``ANSWER`` says: results to perform, and why it was refused (None: it was not)."""

    items: list[Item]
    refusal: Refusal | None = None
    more: Sequence[int] = ()
    """The components that follow it, for one frame has no room for all."""


def answer(page: Page, frame: Numbered) -> Awaitable[None]:
    """Do what a numbered frame asks, and answer it exactly once. A parallel action does not hold up the next."""
    if page.leaving is not None and page.is_handed_back(frame.number):
        return nothing()
    found = calls.known(page, frame) if type(frame) is Call else None
    work = answer_now(page, frame, found)
    if found is not None and found[1].options.beside and calls.is_parallel(page, found[1].options):
        page.keep_task(asyncio.get_running_loop().create_task(work))
        return nothing()
    return work


async def nothing() -> None: ...


async def answer_now(page: Page, frame: Numbered, found: calls.Found | None) -> None:
    """Do it, and answer. ``found`` is the action that it is for."""
    if type(frame) is Call and page.keeping is not None:  # noqa: SIM102  # in one it would be three lines
        if not page.may_repeat(frame, found) and not await page.begin(frame):
            return
    await carry_out(page, frame, found)


async def carry_out(page: Page, frame: Numbered, found: calls.Found | None) -> None:
    """The same for a call of which the vault knows."""
    if type(frame) is Call:
        page.has_come(page.open[frame.number])
    opened, began = page.open[frame.number], perf_counter()
    told: Told | None = None
    try:
        moments.reached("after_claim")
        if opened.cancelled:
            told = CANCELLED
        else:
            told = await (TURNS[type(frame)](page, frame) if found is None else run(page, frame, found))
        if page.tree.other_topics:
            told = await with_topics(page, frame, told)
        await page.remember()
        moments.reached("before_reply")
    except asyncio.CancelledError as error:
        told = stopped(page, frame, opened, error)
    except Exception as error:  # noqa: BLE001  # an action may raise anything; its page gets an answer
        told = after_all(page, frame, told, error)
    told = tell(page, frame, told)
    if told.more:
        await follow_up(page, told.more)
    component, action = counted_as(page, frame) if found is None else (found[0].name, found[1].name)
    figures.CALLS.note(component, action, outcome(told), perf_counter() - began)


def tell(page: Page, frame: Numbered, told: Told) -> Told:
    """Answer it; or where that cannot be sent, say so. What the page was told."""
    try:
        page.answer(frame.number, told.items, told.refusal)
    except LiveActionsError as error:
        failed = explain(page, frame, error)
        told = Told([*rescued(page, told.items), *failed.items], failed.refusal)
        page.answer(frame.number, told.items, told.refusal)
    return told


async def follow_up(page: Page, components: Sequence[int]) -> None:
    """Send components for which one frame had no room, each when the page has read what came before, as it is then."""
    for component in components:
        await page.has_room()
        if (node := page.tree.nodes.get(component)) is None:
            continue
        try:
            await show(page, await whole(page, [node]))
        except Exception:  # what is rendered may raise anything; the next component is sent all the same
            logger.exception("%s of page %s could not be sent.", node.name, page.page_id)


def stopped(page: Page, frame: Numbered, opened: Open, error: asyncio.CancelledError) -> Told:
    """What the page is told of a call that was cancelled while it ran. Raises that on if the page or process ends."""
    if opened.cancelled:
        forget_cancellation()
        return CANCELLED
    if page.ended or is_stopped():
        raise error
    return explain(page, frame, RuntimeError(f"Something that was waited for has been cancelled: {error!r}"))


def after_all(page: Page, frame: Numbered, told: Told | None, error: Exception) -> Told:
    """What the page is told after a failure. What was committed and made up before has not failed."""
    if told is None or not page.open[frame.number].committed:
        return explain(page, frame, error)
    logger.error("%s of page %s is done, but not all that follows.", titled(frame), page.page_id, exc_info=error)
    return told


def counted_as(page: Page, frame: Numbered) -> tuple[str, str]:
    """As which component and action a frame is counted that is for none that is declared."""
    if type(frame) is not Call:
        return "", f"@{type(frame).__name__.lower()}"
    node = page.tree.nodes.get(frame.component)
    if node is None:
        return "", "@unknown"
    return node.name, frame.action if frame.action in orders.ORDERS else "@unknown"


def outcome(told: Told) -> str:
    """``done``, or whose fault it is that it was not."""
    if told.refusal is None:
        return "done"
    return "cancelled" if told is CANCELLED else told.refusal.fault


def is_stopped() -> bool:
    """Whether it is this task that somebody wants to end, as far as Python knows (since 3.11)."""
    cancelling = getattr(asyncio.current_task(), "cancelling", None)
    return cancelling is None or cancelling() > 0


async def with_topics(page: Page, frame: Numbered, told: Told) -> Told:
    """The same, after the topics that the components now ask for were followed."""
    try:
        await page.following.follow_topics()
    except CallError as error:
        return replace(told, refusal=told.refusal or explain(page, frame, error).refusal)
    return told


CANCELLED = Told([], cancelled().refusal())


def explain(page: Page, frame: Any, error: Exception) -> Told:
    """What the page is told of an exception: nothing that is not meant for it. The log is told everything."""
    scope = getattr(frame, "component", None)
    if (known := page.host.translator.error(error)) is not None:
        code, told = known
        logger.info("%s of page %s was answered with %s.", titled(frame), page.page_id, code)
        return Told([(scope, told)], Refusal(code, "page", told.message))
    if isinstance(error, RemoteError):
        logger.warning("Page %s was refused (%s): %s", page.page_id, error.code, error)
        return Told([], error.refusal())
    refusal = error.refusal() if isinstance(error, LocalError) else Refusal("action.failed", "application", FAILED)
    logger.error("%s of page %s failed.", type(frame).__name__, page.page_id, exc_info=error)
    traceback = page.host.translator.traceback(error)
    if traceback is not None:
        refusal = Refusal(refusal.code, refusal.fault, f"{type(error).__name__}: {error}", {"traceback": traceback})
    return Told([(scope, Error(FAILED))], refusal)


def titled(frame: Any) -> str:
    """What a frame asked for, without its arguments: a log is no place for what somebody typed."""
    return f"{type(frame).__name__.upper()} {getattr(frame, 'action', '')}".strip()


# One function for each numbered frame ----------------------------------------------------------------------


async def mount(page: Page, frame: Mount) -> Told:
    """Take up the components of the tokens. A refused one does not disturb the others, but costs what a frame does."""
    items: list[Item] = []
    refused: dict[str, list[str]] = {}
    for index, entry in enumerate(frame.mounts):
        if page.is_overdrawn:
            refused.update((str(rest), ["rate.exceeded", ""]) for rest in range(index, len(frame.mounts)))
            break
        try:
            items += await page.host.take_up(page, *checked_mount(entry))
        except Exception as error:  # noqa: BLE001  # a component's mount may raise anything
            refusal = error.refusal() if isinstance(error, RemoteError) else explain(page, frame, error).refusal
            page.charge()
            refused[str(index)] = [refusal.code, refusal.message] if refusal else []
    told = shown(page, items)
    if refused:
        told.refusal = not_mounted(page, frame, refused)
    return told


def not_mounted(page: Page, frame: Mount, refused: dict[str, list[str]]) -> Refusal:
    """Which components were not, and why. The log is told once: all of a hundred tokens in one frame may be forged."""
    why = ", ".join(sorted({": ".join(filter(None, each)) for each in refused.values()}))
    logger.warning("Page %s was refused %d of %d components (%s)", page.page_id, len(refused), len(frame.mounts), why)
    detail: dict[str, object] = {"tokens": refused}
    return Refusal("mount.refused", "page", "Some components could not be mounted.", detail)


def checked_mount(entry: Sequence[Any]) -> tuple[str, int]:
    token, base = entry[:2]
    if base % 2:
        raise CallError("The base of a mount is an even number.", code="frame.malformed")
    return token, base


async def run(page: Page, frame: Any, found: calls.Found | None) -> Told:
    """Run an action."""
    refusal = None
    with calls.call(page, frame, found) as running:
        if running.options.background:
            items, refusal = await background.outcome(running)
        else:
            items = await running.results()
    if hands_over(items):
        items = await orders.switched(page, frame, items)
    return Told(items, refusal)


async def call(page: Page, frame: Call) -> Told:
    """What no component has declared: something that a page asks for beside actions, or it is refused."""
    return shown(page, await orders.order(page, frame)) if frame.action[:1] == "@" else await run(page, frame, None)


async def set_fields(page: Page, frame: Set) -> Told:
    """Write bound fields, then render what changed. A value that was corrected is told even if nothing else is new."""
    node = page.node(frame.component)
    if node.shared:
        return Told(await page.host.sharing.write(page, node, frame.values, frame.number))
    watch = node.begin()

    def work() -> list[Item]:
        fields = vars(node.component)
        written = {name: deepcopy(fields[name]) for name in write(node.component, frame.values)}
        items = page.tree.settled(node)
        corrected = any(fields[name] != value for name, value in written.items())
        return fitting(page, items if items or not corrected else [(node.id, Whole(page.tree.html(node)))])

    try:
        return Told(await here_or_thread(page, work, type(node.component), undo=partial(node.recover, watch)))
    except BaseException:
        node.recover(watch)
        raise
    finally:
        node.close(watch)


async def resync(page: Page, frame: Resync) -> Told:
    """The whole HTML of one component, or of every root. ``plain``: patches do not fit it, so it never gets one."""
    nodes = page.tree.roots if frame.component is None else [page.node(frame.component)]
    for node in nodes if frame.plain else ():
        node.plain = True
    return shown(page, await whole(page, list(nodes)))


def shown(page: Page, items: list[Item]) -> Told:
    """How components look now, in as many frames as it takes. Refused if one of them is too large for any."""
    seen = in_sight(page, items)
    return Told(seen.items, None if seen.wrong is None else seen.wrong.refusal(), seen.later)


async def show(page: Page, items: list[Item]) -> None:
    """The same, where nobody has called."""
    told = shown(page, items)
    await page.remember()
    page.apply(told.items)
    await follow_up(page, told.more)


async def whole(page: Page, nodes: list[Node]) -> list[Item]:
    def work() -> list[Item]:
        return [(node.id, Whole(page.tree.html(node))) for node in nodes]

    return await in_thread(page, work)


async def unmount(page: Page, frame: Unmount) -> Told:
    tree = page.tree
    roots = [node for node in tree.roots if node.id in frame.components]
    await in_thread(page, lambda: tree.remove(*roots))
    return Told([])


TURNS: dict[type[Any], Callable[[Page, Any], Awaitable[Told]]] = {
    Mount: mount,
    Call: call,
    Set: set_fields,
    Resync: resync,
    Unmount: unmount,
}


# What nobody asked for -------------------------------------------------------------------------------------


async def hear(page: Page, stream: str, event: str, payload: Mapping[str, Any]) -> None:
    """A server-side event: every component that follows the stream and listens to it has its listener run.

    What it does to the page is kept in one step, with its place, and told then. So wherever the process is lost, each
    component hears it once.
    """
    journal.hear(page.page_id, stream, event, payload)
    page.following.in_hand = True
    for node in list(page.tree.nodes.values()):
        for listener in node.declared.listeners.get(event, ()):
            if node.id in page.tree.nodes and (stream.startswith("@") or stream in node.topics):
                await heard(page, node, listener, payload)
    page.following.has_heard()
    await follow(page)
    if page.keeping is not None and page.keeping.put_off:
        await page.keeping.stored()  # the next event might put it off again


async def heard(page: Page, node: Node, listener: Any, payload: Mapping[str, Any]) -> None:
    try:
        with calls.listen(page, node, listener, payload) as run:
            items = await run.results()
        await page.remember()
        page.apply(items)
    except (Exception, asyncio.CancelledError) as error:  # it may raise anything; the next one hears all the same
        if isinstance(error, asyncio.CancelledError) and (page.ended or is_stopped()):
            if page.leaving is None and not hasattr(asyncio.Task, "cancelling"):
                page.following.has_heard()  # it is the listener alone, as far as Python knows, and other events follow
            raise
        logger.exception("%s.%s failed on an event.", node.name, listener.attribute)
        miss(page, node, error)


async def follow(page: Page) -> None:
    """Follow the topics that components ask for after what nobody has called for."""
    if not page.tree.other_topics:
        return
    try:
        await page.following.follow_topics()
    except Exception:  # it is asked for again with the next turn that changes topics
        logger.exception("Page %s does not follow what its components ask for.", page.page_id)


def miss(page: Page, node: Node, error: BaseException) -> None:
    """What nobody has called for could not be told; if that is because it is too large, the page's user hears so."""
    if isinstance(error, ResultError) and error.code == TOO_LARGE:
        page.apply([(node.id, Error(FAILED))])


async def go_on(page: Page, question: Question, choice: str, number: int) -> None:
    """A question of this page was answered on another one of the user's: what follows is told here."""
    frame = Call(number, 0, question.component, "@answer", {})
    if page.keeping is not None and not await page.keeping.begun():
        return
    told: Told | None = None
    try:
        told = Told(await orders.given(page, frame, question, choice))
        await page.remember()
    except Exception as error:  # noqa: BLE001  # what follows may raise anything
        told = after_all(page, frame, told, error)
    tell(page, frame, told)


async def attend(page: Page, stream: str) -> None:
    """Others are present in a topic than before: the components that ask are told, and what changes with it.

    Nobody says this again in another process, so each component is kept, and told of, as soon as it knows.
    """
    for node in list(page.tree.nodes.values()):
        for name, seat in list(node.seats.items()):
            if seat.stream == stream and node.id in page.tree.nodes:
                await attended(page, node, name, page.host.attendance.people(stream))
    await follow(page)


async def attended(page: Page, node: Node, name: str, people: list[Present]) -> None:
    before = getattr(node.component, name)
    if people == before and name in node.attended:
        return
    try:
        with calls.fill(page, node, name, people) as run:
            items = await run.results()
        await page.remember()
        page.apply(items)
    except Exception as error:  # what is rendered may raise anything; the next component is told all the same
        logger.exception("%s could not be told who is present.", node.name)
        miss(page, node, error)
        return
    if name not in node.attended:
        node.attended.add(name)  # those who were there before have not just come
        return
    for event, who in (("joined", newcomers(before, people)), ("left", newcomers(people, before))):
        for listener in node.declared.listeners.get(f"{name}.{event}", ()) if who else ():
            await heard(page, node, listener, {"who": who})


async def refresh(page: Page) -> None:
    """Send every root whole, restored: what the page shows is in doubt. News of ``stale`` streams were lost."""

    def work() -> None:
        for node in list(page.tree.nodes.values()):
            page.host.renderer.settle(node.component.restored())

    stale, page.following.stale = page.following.stale, frozenset()
    if stale:
        await page.following.find_places(stale)
    try:
        await in_thread(page, work)
        await show(page, await whole(page, list(page.tree.roots)))
    except Exception:  # one component that cannot be restored must not end the session
        logger.exception("Page %s could not be rendered afresh.", page.page_id)


async def catch_up(page: Page) -> None:
    """The page reads again: send what has changed meanwhile, as it is now."""
    await page.following.fetch_shed()
    if not page.tree.behind:
        return
    try:
        await show(page, await in_thread(page, page.tree.caught_up))
    except Exception:  # what is rendered may raise anything: then all of it is sent
        logger.exception("Page %s could not catch up.", page.page_id)
        page.mailbox.put(partial(refresh, page))


async def keep(page: Page) -> None:
    """Keep everything of the page that is not kept yet."""
    await page.remember()
    if page.keeping is not None:
        page.keeping.keeper.want(page.keeping)


async def recheck(page: Page) -> None:
    """Whether the page is still its user's, and the user as they are now. In doubt nobody is let in."""
    before, user_now = page.tree.surroundings.user, page.tree.surroundings.user_now
    if user_now is None:
        return
    try:
        user = await user_now()
    except Exception:
        logger.exception("The user of page %s could not be read again.", page.page_id)
        user = None
    if user is None or getattr(user, "pk", None) != getattr(before, "pk", None):
        page.revoke()
    else:
        page.tree.know_user(user)
        await page.host.sharing.hide(page)


async def bring_up(page: Page, component: int) -> None:
    """Send a shared component as it is now, unless that is what the page was sent last."""
    node = page.tree.nodes.get(component)
    if node is None:
        return
    try:
        items = await in_thread(page, lambda: page.tree.patches(node))
    except CallError:  # its user may not see it any more
        await page.host.sharing.hide(page)
        return
    await show(page, items)


async def end(page: Page) -> None:
    """The page is left: every component unmounts, and nothing is followed any more."""
    tree = page.tree
    nodes = list(tree.nodes.values())
    try:
        await in_thread(page, lambda: tree.remove(*tree.roots))
    except Exception:  # an unmount that fails must not keep the page among the followers
        logger.exception("A component of page %s could not be unmounted.", page.page_id)
    await leave(page, nodes)


async def stop(page: Page) -> None:
    """Here the page is not served any more, and for its components nothing has happened."""
    await leave(page, list(page.tree.nodes.values()))


async def leave(page: Page, nodes: Sequence[Node]) -> None:
    """Here nobody follows anything any more for the page, which had these components."""
    page.host.attendance.leave(page)
    page.host.sharing.leave(page)
    await page.following.leave()
    page.free(nodes)
