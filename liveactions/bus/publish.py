"""``broadcast()`` and ``abroadcast()``: results and events for others, from anywhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Model

from liveactions.bus.news import News
from liveactions.bus.process import post, post_and_wait
from liveactions.conf import conf
from liveactions.errors import BusUnavailable, ResultError
from liveactions.results import Addressed, Audience, Result, performs, plain
from liveactions.results import audience as audiences
from liveactions.runtime.fitting import room, too_large
from liveactions.runtime.journal import note_broadcast
from liveactions.threads import on_event_loop
from liveactions.wire import encode_items, pack

__all__ = ["Addressee", "Collector", "abroadcast", "before_commit", "broadcast", "collector", "send_committed"]

logger = logging.getLogger(__name__)

Addressee = Audience | str | Iterable[Audience | str]


def broadcast(
    audience: Addressee,
    /,
    *results: Result,
    event: str | None = None,
    exclude: str | None = None,
    on_commit: bool = True,
    **payload: Any,
) -> None:
    """Send results, and an event for components that listen, to everyone in ``audience``.

    ``audience`` is the name of a topic, an ``Audience`` (``everyone``, ``user(…)``, ``self.address`` …) or a list
    of them. Components that follow the topic hear ``event`` with ``payload`` (``@on(event)``); model instances
    in it travel as their primary keys. ``exclude`` is the id of a page that shall not get it.

    Inside a database transaction it waits for the commit, and after a rollback nothing is sent; ``on_commit=False``
    sends at once. In an atomic action it is committed with what the action did, and so is sent whatever happens.
    Otherwise the news are in the log when it returns — except on a running event loop, which it never blocks: there
    it is sent as soon as possible and a failure is logged. ``abroadcast`` waits for it.

    Raises ``ResultError`` for what cannot be sent (``result.too_large`` for more than ``MAX_ANSWER``),
    ``BusUnavailable`` when Redis is away (logged after a commit).
    """
    news = compose(audience, results, event, exclude, payload)
    if not (on_commit and waits_for_commit(news)):
        send(news)


async def abroadcast(
    audience: Addressee,
    /,
    *results: Result,
    event: str | None = None,
    exclude: str | None = None,
    on_commit: bool = True,
    **payload: Any,
) -> None:
    """``broadcast`` for async code: when it returns, the news are in the log. Raises the same."""
    news = compose(audience, results, event, exclude, payload)
    if on_commit and waits_for_commit(news):
        return
    receipt = post(news)
    # Who stops waiting does not take the news back.
    await asyncio.shield(receipt if isinstance(receipt, asyncio.Future) else asyncio.wrap_future(receipt))


def before_commit(function: Callable[[], None], *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Have ``function`` called at the end of the atomic action that runs here, just before it is committed.

    For what is gathered while the action runs and told at once: what ``function`` broadcasts is committed with the
    action, where ``transaction.on_commit`` would be too late. What it raises takes the action back. False, and nothing
    will be called, where no atomic action runs that is committed in the database ``using``.
    """
    collecting = collector.get()
    return collecting is not None and collecting.call_last(function, using)


class Collector(Protocol):
    """Takes what is said within a transaction of ours, to be committed with it."""

    def add(self, news: Sequence[News]) -> bool:
        """False if the transaction is over."""

    def call_last(self, function: Callable[[], None], database: str) -> bool:
        """False if the transaction is over, or one of another database."""


collector: ContextVar[Collector | None] = ContextVar("collector", default=None)
"""Whoever collects what is said here; None outside of atomic actions."""


def waits_for_commit(news: Sequence[News]) -> bool:
    """Whether news are sent later, because a transaction is open."""
    collecting = collector.get()
    if collecting is not None and collecting.add(news):
        return True
    if not transaction.get_connection().in_atomic_block:
        return False
    transaction.on_commit(partial(send_committed, news))
    return True


def send(news: Sequence[News]) -> None:
    if on_event_loop():
        post(news).add_done_callback(log_failure)
    else:
        post_and_wait(news)


def send_committed(news: Sequence[News]) -> None:
    """The work is done and cannot fail any more; that others do not hear of it is a matter for the log."""
    try:
        send(news)
    except BusUnavailable:
        logger.exception("A transaction was committed, but its news were not sent.")


def log_failure(receipt: Any) -> None:
    if not receipt.cancelled() and (error := receipt.exception()):
        logger.error("News were not sent.", exc_info=error)


# From what was said to what is sent ---------------------------------------------------------------------------


def compose(
    audience: Addressee, results: Sequence[Result], event: str | None, exclude: str | None, payload: Mapping[str, Any]
) -> list[News]:
    """One piece of news for every audience; the results are encoded once for all that share a scope."""
    check_results(results)
    check_event(results, event, payload)
    told = {name: plain_value(value, name) for name, value in payload.items()}
    bodies: dict[int | None, bytes] = {}
    news = []
    for each in dict.fromkeys(audiences_of(audience)):
        if results and each.scope not in bodies:
            bodies[each.scope] = encode_items([(each.scope, result) for result in results])
        check_size(each, bodies.get(each.scope, b""), event, told)
        note_broadcast(named(each), results)
        news.append(News(each.stream, bodies.get(each.scope, b""), event, told, exclude))
    return news


def named(audience: Audience) -> str:
    return audience.stream if audience.scope is None else f"component {audience.scope} of {audience.stream}"


def audiences_of(audience: Addressee) -> list[Audience]:
    if isinstance(audience, Audience):
        return [audience]
    if isinstance(audience, str):
        return [audiences.topic(audience)]
    if not isinstance(audience, Iterable):
        raise ResultError(
            f"{audience!r} is not an audience.",
            hint='Give the name of a topic ("team.7"), everyone, user(…), page(…), or a list of these.',
        )
    return [one for each in audience for one in audiences_of(each)]


def check_results(results: Sequence[Result]) -> None:
    for index, result in enumerate(results):
        if not isinstance(result, Result):
            raise ResultError(
                f"Result {index} of broadcast() is a {type(result).__name__}.",
                hint='Send results, one argument each: broadcast("team.7", Toast("Hello"), Signal("$unread", 3)).',
            )


def check_event(results: Sequence[Result], event: str | None, payload: Mapping[str, Any]) -> None:
    if event is not None and not (event and isinstance(event, str)):
        raise ResultError(f"event must be a name, got {event!r}.", hint='Write event="order_shipped".')
    if event is None and payload:
        raise ResultError(f"broadcast() got {', '.join(payload)} without an event.", hint='Add event="…".')
    if event is None and not results:
        raise ResultError("broadcast() has nothing to send.", hint='Give it results, or event="…".')


def check_size(audience: Audience, body: bytes, event: str | None, payload: Mapping[str, Any]) -> None:
    """Raises ``ResultError`` for more than a page may be sent. Events of our own tell of what has limits elsewhere."""
    size, most = len(body), room(conf())
    if payload and event is not None and not event.startswith("@"):
        size += len(pack(payload))
    if size > most:
        raise too_large(size, most, f"what is said to {named(audience)}")


def plain_value(value: Any, name: str) -> Any:
    return plain(value.pk if isinstance(value, Model) else value, name)


@performs(Addressed)
def send_addressed(addressed: Addressed, _: object) -> None:
    """A result that an action has answered with for somebody else."""
    broadcast(addressed.audience, addressed.result)
