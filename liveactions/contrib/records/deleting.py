"""Deleting: who may, what speaks against it, and what goes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liveactions.contrib.records.naming import meta
from liveactions.contrib.records.options import Records

__all__ = ["Plan", "consequences", "delete", "held_by", "named", "plan_for", "reasons", "veto_of"]

SHOWN = 5


@dataclass
class Plan:
    """What deleting some records comes to: those that can go, why others cannot, and what goes along, in words."""

    going: list[Model] = field(default_factory=list)
    staying: list[tuple[str, str]] = field(default_factory=list)
    """(which, why)"""
    along: list[str] = field(default_factory=list)
    """``3 lines``, ``1 note``"""


def plan_for(records: Records, request: Any, objects: Iterable[Model]) -> Plan:
    """Ask permission and veto for each record, and the database for all together."""
    plan = Plan()
    for obj in objects:
        if why := veto_of(records, request, obj):
            plan.staying.append((records.title_of(obj), why))
        else:
            plan.going.append(obj)
    try:
        along = collected(plan.going)
    except (ProtectedError, RestrictedError):
        plan.staying += [(records.title_of(obj), why) for obj in plan.going if (why := held_by(obj))]
        plan.going = [obj for obj in plan.going if not held_by(obj)]
        along = collected(plan.going)
    plan.along = [counted(model, number) for model, number in along.items()]
    return plan


def veto_of(records: Records, request: Any, obj: Model) -> str | None:
    """Why this record cannot be deleted, as far as the registration says."""
    return records.delete_veto(obj) if records.can_delete(request, obj) else _("You may not delete it.")


def held_by(obj: Model) -> str | None:
    """Why the database would refuse."""
    try:
        collected([obj])
    except (ProtectedError, RestrictedError) as error:
        holding = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        return _("It is used by %(what)s.") % {"what": named(list(holding))}
    return None


def collected(objects: Sequence[Model]) -> Counter[type[Model]]:
    """What the database would delete with these, by model. Raises ``ProtectedError`` or ``RestrictedError``."""
    found: Counter[type[Model]] = Counter()
    if not objects:
        return found
    collector = Collector(using=router.db_for_write(type(objects[0])), origin=objects[0])
    collector.collect(objects)
    for model, instances in collector.data.items():
        found[model] += len(instances)
    for rows in collector.fast_deletes:
        found[rows.model] += rows.count()
    found.subtract({type(objects[0]): len(objects)})
    tables = {field.remote_field.through for obj in objects[:1] for field in meta(obj).many_to_many}
    return +Counter({model: number for model, number in found.items() if model not in tables})


def counted(model: type[Model], number: int) -> str:
    name = meta(model).verbose_name if number == 1 else meta(model).verbose_name_plural
    return f"{number} {name}"


def named(objects: Sequence[Model]) -> str:
    """``Order #1, Order #2 and 3 more``."""
    shown = ", ".join(str(obj) for obj in objects[:SHOWN])
    more = len(objects) - SHOWN
    if more <= 0:
        return shown
    return ngettext("%(shown)s and %(more)s more", "%(shown)s and %(more)s more", more) % {"shown": shown, "more": more}


def delete(records: Records, objects: Sequence[Model]) -> int:
    """Delete them in one transaction; how many were. Raises ``ValidationError`` if somebody used one just now."""
    try:
        with transaction.atomic(using=router.db_for_write(records.model)):
            # One by one, as each record's own delete() wants it.
            for obj in objects:
                obj.delete()
    except (ProtectedError, RestrictedError, IntegrityError):
        raise ValidationError(_("Meanwhile something needs one of them. Nothing was deleted.")) from None
    return len(objects)


def consequences(plan: Plan) -> SafeString:
    """What a person should know before saying yes."""
    names = format_html_join("", "<li>{}</li>", ((str(obj),) for obj in plan.going[:5]))
    more = len(plan.going) - 5
    parts = [format_html("<ul>{}</ul>", names)]
    if more > 0:
        parts.append(format_html("<p>{}</p>", ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}))
    if plan.along:
        parts.append(format_html("<p>{} <strong>{}</strong></p>", _("With them go:"), ", ".join(plan.along)))
    if plan.staying:
        parts.append(format_html("<p>{}</p>{}", _("These stay:"), reasons(plan)))
    return SafeString("".join(parts))


def reasons(plan: Plan) -> SafeString:
    shown = format_html_join("", "<li>{}: {}</li>", plan.staying[:5])
    more = len(plan.staying) - 5
    return format_html("<ul>{}</ul>{}", shown, f"+ {more}" if more > 0 else "")
