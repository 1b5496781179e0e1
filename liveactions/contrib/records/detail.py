"""``live_records.detail``: the live form of one record, with its related rows and its place in a list."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import router, transaction
from django.db.models import Model
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from liveactions import HTML, Alert, Close, Confirm, EditingMode, Redirect, Result, Toast, action, on
from liveactions.contrib.records import changes
from liveactions.contrib.records.base import OfRecords
from liveactions.contrib.records.deleting import consequences, delete, plan_for, reasons
from liveactions.contrib.records.editing import Typed, entered, fingerprint, formset_for, listed, record_form
from liveactions.contrib.records.naming import field_named, meta, plain_pk
from liveactions.contrib.records.queries import Query, found
from liveactions.contrib.records.relations import Draft, commanded
from liveactions.contrib.records.routes import address

__all__ = ["Place", "RecordDetail", "Step"]

MOST_IN_LINE = 20_000
"""In a longer list, a record is not told its place."""
THEN = "_then"
"""The name of the buttons that say what comes after saving."""


@dataclass
class Step:
    """To another record of the list: ``pk`` and ``url``, "" if there is none."""

    name: str
    label: str
    pk: str = ""
    url: str = ""


@dataclass
class Place:
    """Where a record stands in its list: the ``number``-th of ``count``."""

    number: int = 0
    count: int = 0
    steps: list[Step] = field(default_factory=list)


class RecordDetail(OfRecords):
    """``{% live "live_records.detail" model="shop.order" pk=order.pk %}``; without ``pk`` a new record.

    ``query`` is that of the list it belongs to; ``initial`` what a new record begins with, by the names of its fields.
    ``own_page``: the form is what its page is about, so after deleting one is led back to the list. ``in_window``: it
    stands in a window, which is closed when something was made or deleted.
    """

    name = "live_records.detail"
    template_name = "live_records/detail.html"

    pk: str = ""
    query: str = ""
    own_page: bool = False
    in_window: bool = False
    initial: dict[str, Any] = {}

    title: str = ""
    place: Place | None = None
    seen: dict[str, str] = {}
    """What the fields showed when the form was filled: what somebody else has changed since is noticed when saving."""
    typed: Typed | None = None
    """What was entered and could not be saved yet, or was put in by another component."""
    extra: dict[str, int] = {}
    """Empty rows, by relation."""
    version: int = 0
    """Part of the form's id: a form that is filled anew is a new form."""
    editing: bool = False
    held: str = ""
    gone: bool = False
    veto: str = ""
    can_change: bool = False
    can_delete: bool = False
    can_add: bool = False

    def mount(  # what a template may say
        self,
        model: str,
        pk: Any = None,
        query: str = "",
        *,
        own_page: bool = False,
        in_window: bool = False,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.model, self.query, self.initial = model, query, initial or {}
        self.own_page, self.in_window = own_page, in_window
        self.pk = "" if pk in (None, "") else plain_pk(pk)
        self._require("view" if self.pk else "add")
        self._load()

    def topics(self) -> list[str]:
        model = self._records.model
        return [changes.row_topic(model, self.pk), changes.many_topic(model)] if self.pk else []

    def restored(self) -> None:
        if not (self.editing or self.typed or self.gone):
            self._look_again()

    @on(changes.EVENT)
    def heard(self, batch: str, gone: dict[str, list[str]], by: str, origin: str) -> None:
        """The record, or one of its related rows, has changed."""
        if not self._is_news(batch, origin) or self.gone:
            return
        if self.pk in gone.get(self._label, []):
            self._vanish(by)
        elif self.editing or self.typed:
            self.held = self._note(by)
        else:
            self._look_again(by)

    # ── Looking ──

    _made: Any = None
    """The form and the related rows of the present state, once they were asked for."""

    def _record(self) -> Any:
        """The record as the database has it; a new one without ``pk``. Raises ``Http404``."""
        records = self._records
        if not self.pk:
            return records.model()
        try:
            obj = records.get_queryset(self._asking).filter(pk=self.pk).first()
        except (ValueError, OverflowError, ValidationError):
            obj = None
        if obj is None:
            raise Http404
        self._require("view", obj)
        return obj

    def _look_again(self, by: str = "") -> None:
        try:
            self._load(anew=False)
        except (Http404, PermissionDenied):
            self._vanish(by)

    def _vanish(self, by: str) -> None:
        self.gone, self.held, self.place = True, "", None
        self.held = _("Deleted by %(who)s.") % {"who": by} if by else _("This record is not there any more.")

    def _load(self, *, anew: bool = True) -> None:
        """Fill the form from the database. ``anew``: what was entered and not sent is given up as well."""
        records, request = self._records, self._asking
        obj = self._record()
        new = not self.pk
        self.title = _("New %(what)s") % {"what": records.label} if new else records.title_of(obj)
        self.can_add = records.can_add(request)
        self.can_change = self.can_add if new else records.can_change(request, obj)
        self.can_delete = not new and records.can_delete(request, obj)
        self.veto = (records.delete_veto(obj) or "") if self.can_delete else ""
        self.typed, self.editing, self.held, self.gone = None, False, "", False
        self.extra = dict.fromkeys(records.related, 1) if new else {}
        self.version += anew
        self._made = None
        self.place = None if new else self._place()
        self.seen = shown_by(self._forms(obj)[0])

    def _place(self) -> Place | None:
        rows = found(self._records, self._asking, Query.decode(self.query))
        keys = [plain_pk(pk) for pk in rows.values_list("pk", flat=True)[: MOST_IN_LINE + 1]]
        if len(keys) > MOST_IN_LINE or self.pk not in keys:
            return None
        here = keys.index(self.pk)
        ways = (
            ("first", _("First"), 0 if here else None),
            ("previous", _("Previous"), here - 1 if here else None),
            ("next", _("Next"), here + 1 if here + 1 < len(keys) else None),
            ("last", _("Last"), len(keys) - 1 if here + 1 < len(keys) else None),
        )
        return Place(here + 1, len(keys), [self._step(name, label, keys, to) for name, label, to in ways])

    def _step(self, name: str, label: str, keys: list[str], to: int | None) -> Step:
        if to is None:
            return Step(name, label)
        url = address("detail", self._records.model, self.query, pk=keys[to]) if self.own_page else ""
        return Step(name, label, keys[to], url)

    def _forms(self, obj: Any = None) -> tuple[Any, list[Any]]:
        """The form and the related rows, as the state has them; made once as long as that is the same."""
        state = (self.pk, self.version, self.typed, dict(self.extra), self.can_change)
        if self._made is None or self._made[0] != state:
            self._made = (state, *self._filled(obj or self._record()))
        return self._made[1], self._made[2]

    def _filled(self, obj: Model) -> tuple[Any, list[Any]]:
        records, request, locked = self._records, self._asking, not self.can_change
        auto_id = f"record{self.id}_%s"
        form = record_form(records, request, obj, self.typed, auto_id=auto_id, initial=self.initial, locked=locked)
        rows = [
            formset_for(
                records, request, obj, name, self.typed, extra=self.extra.get(name, 0), auto_id=auto_id, locked=locked
            )
            for name in records.related
        ]
        return form, rows

    # ── What the template asks ──

    @property
    def form(self) -> Any:
        return None if self.gone else self._forms()[0]

    @property
    def related(self) -> list[dict[str, Any]]:
        """Each relation: its name and label, the formset, and the labels of its columns."""
        if self.gone:
            return []
        return [related_rows(self._records.model, formset) for formset in self._forms()[1]]

    @property
    def list_url(self) -> str:
        return address("list", self._records.model, self.query) if self.own_page else ""

    # ── Editing ──

    @action(repeatable=True)
    def begin(self) -> Result:
        """The user has begun to enter something: from now on changes of others are held back."""
        self.editing = True
        return EditingMode(True)  # the word's only value

    @action(repeatable=True)
    def show(self) -> Result:
        """Give up what was entered, and show the record as it is."""
        self._load()
        return EditingMode(False)  # the word's only value

    @action(repeatable=True)
    def add_row(self, relation: str) -> HTML:
        """One more empty row."""
        self._require_form()
        if relation not in self._records.related:
            raise ValidationError(_("There are no rows %(name)s.") % {"name": relation})
        number = self._total_of(relation)
        if self.typed is not None:
            draft = Draft.of(*self._forms(), self.typed)
            draft.append(relation, {})
            self.typed = draft.typed
        else:
            self.extra = {**self.extra, relation: self.extra.get(relation, 0) + 1}
        self.editing = True
        return HTML(swap="none", focus=f"[data-row='{relation}-{number}'] .live-records__control:not([type=hidden])")

    def _total_of(self, relation: str) -> int:
        counts: dict[str, int] = {each.prefix: each.total_form_count() for each in self._forms()[1]}
        return counts[relation]

    def update_parent(self, values: Mapping[str, Any]) -> Result:
        """What ``UpdateParent`` puts into this form, unsaved: values of fields, and commands for related rows."""
        self._require_form()
        form, rows = self._forms()
        self.typed = commanded(Draft.of(form, rows, self.typed), self._records, values)
        self.editing = True
        self.version += 1
        return EditingMode(True)  # the word's only value

    def _require_form(self) -> None:
        if self.gone or not self.can_change:
            raise PermissionDenied(_("This record cannot be changed."))

    # ── Saving ──

    @action
    def save(self, **typed: Any) -> list[Result]:
        """Save what was entered, or say at each field why not."""
        given = listed(typed)
        then = given.pop(THEN, [""])[0]
        records = self._records
        using = router.db_for_write(records.model)
        with transaction.atomic(using=using), changes.acting(self.user, self._origin):
            obj = self._present()
            self._require("change" if self.pk else "add", obj if self.pk else None)
            form = self._checked(obj, given)
            if form is None:
                transaction.set_rollback(True, using=using)
        if form is None:
            return [HTML(swap="none", focus="first-invalid")]
        return self._after(form.instance, then)

    def _present(self) -> Any:
        try:
            return self._record()
        except Http404:
            self._vanish("")
            raise ValidationError(_("This record is not there any more.")) from None

    def _checked(self, obj: Model, given: Typed) -> Any:
        """The form after it was saved, None if something is wrong, which the state then tells."""
        met = self._meet(obj, given) if self.pk else {}
        self.typed, self._made = given, None
        form, rows = self._forms(obj)
        for name, value in met.items():
            message = _("Meanwhile it was changed to “%(value)s”. Save again to overwrite it.") % {"value": value}
            form.add_error(name, message)
        if not all([form.is_valid(), *(formset.is_valid() for formset in rows)]):
            mark(form, form.errors)
            return None
        self._records.saving(self._asking, form.instance)
        form.save()
        for formset in rows:
            formset.save()
        return form

    def _meet(self, obj: Model, given: Typed) -> dict[str, str]:
        """Fields that were changed here, and by somebody else since the form was filled: what they are now.

        What was changed there only is taken over.
        """
        records, request = self._records, self._asking
        present = record_form(records, request, obj, None, auto_id="")
        entered_here = record_form(records, request, obj, given, auto_id="")
        now, here = shown_by(present), shown_by(entered_here)
        theirs = {name for name in now if now[name] != self.seen.get(name, now[name])}
        untouched = {name for name in theirs if here[name] == self.seen[name]}
        shown = entered(present)
        given.update({name: shown.get(name, []) for name in untouched})
        self.seen = now
        return {name: now[name] for name in theirs - untouched if now[name] != here[name]}

    def _after(self, obj: Model, then: str) -> list[Result]:
        records, new = self._records, not self.pk
        told: list[Result] = [
            Toast(_("Saved: %(what)s") % {"what": records.title_of(obj)}, level="success"),
            EditingMode(False),  # the word's only value
        ]
        if then == "new":
            self.pk = ""
            self._load()
            return [*told, *self._gone_to("new")]
        self.pk = plain_pk(obj.pk)
        try:
            self._load()
        except (Http404, PermissionDenied):  # saved out of one's own sight
            self._vanish("")
        return [*told, *(self._gone_to("detail", pk=self.pk) or self._closed() if new else [])]

    def _closed(self) -> list[Result]:
        return [Close()] if self.in_window else []

    def _gone_to(self, page: str, **rest: str) -> list[Result]:
        """On its own page, the address has to say which record it is."""
        url = address(page, self._records.model, self.query, **rest) if self.own_page else ""
        return [Redirect(url)] if url else []

    @action(repeatable=True)
    def duplicate(self) -> Result:
        """A new record that begins with the values of this one, and with rows like its rows."""
        self._require("add")
        form, rows = self._forms()
        unique = [each.name for each in meta(self._records.model).fields if each.unique]
        copied = Draft.copy(form, rows, without=unique)
        self.pk = ""
        self._load()
        self.typed, self.editing = copied.typed, True
        return EditingMode(True)  # the word's only value

    # ── Deleting ──

    @action
    def delete(self) -> Generator[Any, str, None]:
        """Delete the record after asking; its consequences are listed."""
        obj = self._present()
        plan = plan_for(self._records, self._asking, [obj])
        if not plan.going:
            yield Alert(reasons(plan), title=_("It cannot be deleted"), level="warning")
            return
        answer = yield Confirm(
            consequences(plan),
            title=_("Delete this %(what)s?") % {"what": self._records.label},
            choices=[("yes", _("Delete")), ("no", _("Cancel"))],
            variant="danger",
        )
        if answer == "yes":
            yield self._deleted()

    def _deleted(self) -> list[Result]:
        plan = plan_for(self._records, self._asking, [self._present()])
        if not plan.going:
            return [Alert(reasons(plan), title=_("It cannot be deleted"), level="warning")]
        with changes.acting(self.user, self._origin):
            delete(self._records, plan.going)
        self._vanish("")
        done = Toast(_("Deleted: %(what)s.") % {"what": self.title}, level="success")
        return [done, Redirect(self.list_url)] if self.list_url else [done, *self._closed()]

    # ── Going on ──

    @action(repeatable=True)
    def go(self, pk: str) -> None:
        """To another record of the list, where the page is not about this one."""
        before, self.pk = self.pk, pk
        try:
            self._load()
        except Http404:
            self.pk = before
            raise


def shown_by(form: Any) -> dict[str, str]:
    return {name: fingerprint(form, name) for name in form.fields}


def mark(form: Any, errors: Any) -> None:
    """Say at the controls that something is wrong with them."""
    for name in errors:
        if name in form.fields:
            attrs = {"aria-invalid": "true", "aria-describedby": f"{form[name].id_for_label}_error"}
            form.fields[name].widget.attrs |= attrs


def related_rows(model: type[Model], formset: Any) -> dict[str, Any]:
    relation = field_named(model, formset.prefix)
    label = capfirst(meta(relation.related_model).verbose_name_plural)
    heads = [each.label for each in formset.empty_form.visible_fields() if each.name != "DELETE"]
    return {"name": formset.prefix, "label": label, "formset": formset, "heads": heads}
