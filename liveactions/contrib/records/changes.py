"""Who hears of a change: after the commit, one event for all of it, whoever made the change and wherever.

In an atomic action it is committed with what was changed; anywhere else it is told when that has been committed.
Django's signals are listened to for every model that a registration is about, shows columns of, or is related to.
What one transaction changed is gathered and told at once; more than ``MANY`` records of a model are "many".
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary, WeakValueDictionary

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from liveactions import before_commit, broadcast
from liveactions.contrib.records import registry
from liveactions.contrib.records.columns import columns_of
from liveactions.contrib.records.naming import field_named, label_of, meta, plain_pk
from liveactions.contrib.records.options import Records
from liveactions.errors import BusUnavailable

__all__ = ["EVENT", "acting", "changed", "concerned", "concrete", "many_topic", "note", "row_topic", "topic", "watch"]

logger = logging.getLogger("liveactions")

EVENT = "live_records_changed"
MANY = 100
"""Records of one model that are named in one event; of more it is only said that there were many."""
SAFE = re.compile(r"[A-Za-z0-9_:-]{1,60}")


# ── Where it is told ──


def topic(model: type[Model]) -> str:
    """What lists of the model follow."""
    return f"live_records.{label_of(concrete(model))}"


def many_topic(model: type[Model]) -> str:
    """What the forms of its records follow, for when many have changed."""
    return f"{topic(model)}.many"


def row_topic(model: type[Model], pk: Any) -> str:
    """What the form of one record follows."""
    name = plain_pk(pk)
    return f"{topic(model)}.row.{name if SAFE.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:40]}"


def concrete(model: type[Model]) -> type[Model]:
    found: type[Model] = meta(model).concrete_model
    return found


# ── Who does it ──


@dataclass(frozen=True)
class Actor:
    """Who changes something; ``origin`` is the component that has seen to itself already."""

    user: Any = None
    origin: str = ""

    @property
    def name(self) -> str:
        """For others to read."""
        if not getattr(self.user, "is_authenticated", False):
            return ""
        return self.user.get_full_name() or str(self.user)


NOBODY = Actor()
ACTOR: ContextVar[Actor] = ContextVar("live_records_actor", default=NOBODY)


@contextmanager
def acting(user: Any, origin: str = "") -> Iterator[None]:
    """Within it, changes are told as made by this user: "Changed by Ana". Forms and lists do so by themselves."""
    token = ACTOR.set(Actor(user, origin))
    try:
        yield
    finally:
        ACTOR.reset(token)


# ── What is gathered ──


@dataclass
class Rows:
    """What happened to one model: primary keys, and ``many`` when nobody counted."""

    changed: dict[str, None] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)
    many: bool = False

    def note(self, pks: Iterable[Any], *, gone: bool = False) -> None:
        (self.gone if gone else self.changed).update(dict.fromkeys(map(plain_pk, pks)))

    def merge(self, other: Rows) -> None:
        self.changed.update(other.changed)
        self.gone.update(other.gone)
        self.many = self.many or other.many


class Batch:
    """What one transaction (or one savepoint in it) has changed.

    Only what waits for the commit holds it: after a rollback nobody does, and it is forgotten.
    """

    def __init__(self, waiting: WeakValueDictionary[Any, Batch]) -> None:
        self.waiting = waiting
        self.rows: dict[type[Model], Rows] = {}
        self.notes = 0
        self.actor = ACTOR.get()

    def of(self, model: type[Model]) -> Rows:
        self.actor = ACTOR.get()
        return self.rows.setdefault(concrete(model), Rows())

    def tell(self) -> None:
        """The first of a transaction's batches to be committed tells of all."""
        gathered: dict[type[Model], Rows] = {}
        for batch in list(self.waiting.values()) or [self]:
            for model, rows in batch.rows.items():
                gathered.setdefault(model, Rows()).merge(rows)
            batch.rows, batch.notes = {}, 0
        self.waiting.clear()
        if gathered:
            publish(gathered, self.actor)


WAITING: WeakKeyDictionary[Any, WeakValueDictionary[Any, Batch]] = WeakKeyDictionary()
"""By database connection, the batches of its transaction, by the savepoints they depend on."""


def batch_of(using: str) -> Batch:
    connection = connections[using]
    waiting = WAITING.setdefault(connection, WeakValueDictionary())
    depends_on = frozenset(connection.savepoint_ids)
    batch = waiting.get(depends_on)
    if batch is None:
        batch = waiting[depends_on] = Batch(waiting)
        before_commit(partial(tell, waiting), using=using)
    return batch


def tell(waiting: WeakValueDictionary[Any, Batch]) -> None:
    """An atomic action tells of what it has changed in its own transaction, so that nobody misses it."""
    for batch in list(waiting.values())[:1]:
        batch.tell()


def note(model: type[Model], pks: Iterable[Any] | None, *, gone: bool = False, using: str = DEFAULT_DB_ALIAS) -> None:
    """Remember that these records (None: nobody knows which) have changed, and tell after the commit."""
    batch = batch_of(using)
    rows = batch.of(model)
    if pks is None:
        rows.many = True
    else:
        rows.note(pks, gone=gone)
    batch.notes += 1
    # One would do, if a test's transaction, which is never committed, were not to be told of its parts.
    if batch.notes <= MANY:
        transaction.on_commit(batch.tell, using=using)


def publish(gathered: Mapping[type[Model], Rows], actor: Actor) -> None:
    topics: list[str] = []
    changed: dict[str, list[str] | None] = {}
    gone: dict[str, list[str]] = {}
    for model, rows in gathered.items():
        many = rows.many or len(rows.changed) + len(rows.gone) > MANY
        told = [many_topic(model)] if many else [row_topic(model, pk) for pk in {**rows.changed, **rows.gone}]
        topics += [topic(model), *told]
        changed[label_of(model)] = None if many else list(rows.changed)
        gone[label_of(model)] = [] if many else list(rows.gone)
    payload: dict[str, Any] = {"changed": changed, "gone": gone, "by": actor.name, "origin": actor.origin}
    try:
        broadcast(topics, event=EVENT, batch=uuid4().hex, **payload)
    except BusUnavailable:
        logger.exception("Records have changed, but the pages that show them were not told.")


# ── Who notices ──


def changed(*what: type[Model] | Model, using: str = DEFAULT_DB_ALIAS) -> None:
    """Tell of what Django's signals do not: ``update()``, ``bulk_create()``, raw SQL.

    Models: any of their records may have changed. Instances: these have.
    """
    for each in what:
        if isinstance(each, Model):
            note(type(each), [each.pk], using=using)
            note_parents(type(each), each, using)
        else:
            note(each, None, using=using)


def watch() -> None:
    """Listen to Django's signals; called once, at start-up."""
    post_save.connect(saved, dispatch_uid="live_records")
    post_delete.connect(deleted, dispatch_uid="live_records")
    m2m_changed.connect(related_changed, dispatch_uid="live_records")


def lineage(sender: type[Model]) -> list[type[Model]]:
    """The model and those it inherits tables from: their records are the same."""
    model = concrete(sender)
    return [model, *meta(model).get_parent_list()]


def is_watched(model: type[Model]) -> bool:
    return model in watched(tuple(registry.REGISTERED.values()))


@lru_cache(maxsize=8)
def watched(registrations: tuple[Records, ...]) -> frozenset[type[Model]]:
    return frozenset(concrete(model) for records in registrations for model in (records.model, *concerned(records)))


def concerned(records: Records) -> Iterator[type[Model]]:
    """The models that a registration looks at beside its own."""
    for column in columns_of(records):
        yield from column.models
    for name in records.related:
        if (relation := field_named(records.model, name)) is not None:
            yield relation.related_model


def saved(sender: type[Model], instance: Model, using: str, **_: Any) -> None:
    for model in lineage(sender):
        if is_watched(model):
            note(model, [instance.pk], using=using)
            note_parents(model, instance, using)


def deleted(sender: type[Model], instance: Model, using: str, **_: Any) -> None:
    for model in lineage(sender):
        if is_watched(model):
            note(model, [instance.pk], gone=True, using=using)
            note_parents(model, instance, using)


def note_parents(model: type[Model], instance: Model, using: str) -> None:
    """A line has changed: so has its order, if lines are registered as related."""
    for records in registry.REGISTERED.values():
        for name in records.related:
            relation = field_named(records.model, name)
            if relation is None or concrete(relation.related_model) is not concrete(model):
                continue
            parent = getattr(instance, relation.field.attname, None)
            if parent is not None:
                note(records.model, [parent], using=using)


def related_changed(
    *, instance: Model, action: str, reverse: bool, model: type[Model], pk_set: set[Any] | None, using: str, **_: Any
) -> None:
    if not action.startswith("post_"):
        return
    if is_watched(concrete(type(instance))):
        note(type(instance), [instance.pk], using=using)
    if reverse and is_watched(concrete(model)):
        note(model, pk_set, using=using)
