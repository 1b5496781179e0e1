"""``live_records.list``: the live list of a registered model."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import router, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from liveactions import HTML, Alert, Confirm, Result, Toast, Window, WindowAction, action, field, on, window
from liveactions.contrib.records import changes
from liveactions.contrib.records.base import OfRecords
from liveactions.contrib.records.columns import columns_of, editable_columns
from liveactions.contrib.records.deleting import consequences, delete, plan_for, reasons
from liveactions.contrib.records.editing import cell_form, control, fingerprint, listed
from liveactions.contrib.records.filters import Filter, filters_of
from liveactions.contrib.records.options import Bulk
from liveactions.contrib.records.performers import has_windows, open_in_window
from liveactions.contrib.records.queries import Query, fitting, found
from liveactions.contrib.records.routes import address
from liveactions.contrib.records.rows import Cell, Choice, Editing, Head, Row, heads_of, row_of, totals_of

__all__ = ["RecordList"]

MOST_AT_ONCE = 1000
"""Records that can be named one by one for an action, and that can be deleted at once."""


class RecordList(OfRecords):
    """``{% live "live_records.list" model="shop.order" %}``: search, sort, filters, selection, editing; always current.

    ``query`` is where it begins (``"q=bread&o=-total"``). ``own_page``: the list is what its page is about, and keeps
    its query in the page's address.
    """

    name = "live_records.list"
    template_name = "live_records/list.html"

    own_page: bool = False
    search: str = field("", bind=True)
    order: list[str] = []
    chosen: dict[str, str] = {}
    sheet: int = 1
    sheets: int = 1
    visible: Window = window()

    rows: list[Row] = []
    heads: list[Head] = []
    totals: list[Cell] = []
    filters: list[Filter] = []
    choices: list[Choice] = []
    count: int = 0
    denied: bool = False

    selected: set[str] = set()
    everything: bool = False
    """All that are found are selected, not only those in sight."""
    anchor: str = ""

    editing: Editing | None = None
    held: str = ""
    """Something has changed while a cell is being edited; shown when that has ended, or the user asks."""

    def mount(self, model: str, query: str = "", *, own_page: bool = False) -> None:
        self.model, self.own_page = model, own_page
        asked = Query.decode(query)
        self.search = asked.search
        self.order = [name for name in asked.order if name.lstrip("-") in self._sortable]
        self.chosen = {name: value for name, value in asked.chosen.items() if name in self._records.filters}
        self._require("view")
        self._load()

    def topics(self) -> list[str]:
        records = self._records
        return sorted({changes.topic(model) for model in (records.model, *changes.concerned(records))})

    def restored(self) -> None:
        """Asked to look again (``Refresh``), or taken up by a socket."""
        self._look_again()

    def updated(self, changed: frozenset[str]) -> None:
        """A search was typed, or other rows are in sight."""
        if self._looked_for != self._looking_for():
            if "search" in changed:
                self._begin_anew()
            self._load()

    @on(changes.EVENT)
    def heard(
        self, batch: str, changed: dict[str, list[str] | None], gone: dict[str, list[str]], by: str, origin: str
    ) -> None:
        """Records of the model, or of one that its columns show, have changed."""
        left = gone.get(self._label, [])
        if self.selected.intersection(left):
            self.selected = self.selected.difference(left)
        if not self._is_news(batch, origin):
            return
        if self.editing is None:
            self._load()
            return
        others = changed.get(self._label, [])
        if others is None or self.editing.pk in (*others, *left):
            self.held = self._note(by)
        else:
            self.held = self.held or _("The list has changed meanwhile.")

    # ── Looking ──

    _looked_for: Any = None

    def _looking_for(self) -> Any:
        return self.search, self.visible.first, self.visible.count

    @property
    def _sortable(self) -> set[str]:
        return {column.name for column in columns_of(self._records) if column.sort}

    def _query(self) -> Query:
        return Query(self.search, self.order, self.chosen)

    def _rows(self) -> QuerySet[Any]:
        return found(self._records, self._asking, self._query())

    def _look_again(self) -> None:
        if self.editing is None:
            self._load()
        else:
            self.held = self.held or _("The list has changed meanwhile.")

    def _load(self) -> None:
        """Ask the database for what is in sight, and nothing else."""
        records, request = self._records, self._asking
        self.held, self.denied = "", not records.can_view(request)
        if self.denied:
            self.rows, self.count, self.totals, self.filters, self.choices = [], 0, [], [], []
            return
        rows = self._rows()
        objects = [obj for obj in self._in_sight(rows) if records.can_view(request, obj)]
        can_change = editable_columns(records, request) if records.can_change(request) else frozenset()
        query = self._query().encode()
        self.rows = [
            row_of(records, obj, can_change if can_change and records.can_change(request, obj) else (), query)
            for obj in objects
        ]
        self.heads = heads_of(records, self.order)
        self.totals = totals_of(records, rows)
        self.filters = filters_of(records, request, self.chosen)
        self.choices = self._choices()
        self._looked_for = self._looking_for()

    def _in_sight(self, rows: QuerySet[Any]) -> list[Any]:
        if self._records.window:
            shown = self.visible.of(rows)
            self.count = shown.total
            return list(shown)
        size = self._records.page_size
        self.count = rows.count()
        self.sheets = max(-(-self.count // size), 1)
        self.sheet = min(max(self.sheet, 1), self.sheets)
        return list(rows[(self.sheet - 1) * size : self.sheet * size])

    def _begin_anew(self) -> None:
        """Other rows are found from now on: begin at the first, with nothing selected."""
        self.sheet, self.editing = 1, None
        self.visible.go_to()
        self._select_none()

    # ── What the template asks ──

    @property
    def counted(self) -> str:
        """What so many of them are called."""
        return self._records.counted(self.count)

    @property
    def windowed(self) -> bool:
        return self._records.window

    @property
    def searchable(self) -> bool:
        return bool(self._records.search)

    @property
    def narrowed(self) -> bool:
        """Whether there might be more without search and filters."""
        return bool(self.search or any(self.chosen.values()))

    @property
    def query(self) -> str:
        return self._query().encode()

    @property
    def place(self) -> str:
        """The page's own address, where it is the list's to write."""
        return address("list", self._records.model, self._query().encode()) if self.own_page else ""

    @property
    def can_add(self) -> bool:
        """Whether new records can be made, and there is a place for it."""
        records = self._records
        possible = not self.denied and records.can_add(self._asking)
        return possible and bool(has_windows() or address("new", records.model))

    @property
    def add_url(self) -> str:
        return address("new", self._records.model, self._query().encode())

    @property
    def exports(self) -> list[tuple[str, str]]:
        """Labels and addresses."""
        records, query = self._records, self._query().encode()
        made = [(kind.upper(), address("export", records.model, query, kind=kind)) for kind in records.exports]
        return [(label, url) for label, url in made if url]

    @property
    def first_shown(self) -> int:
        return (self.sheet - 1) * self._records.page_size + 1 if self.count else 0

    @property
    def last_shown(self) -> int:
        return min(self.sheet * self._records.page_size, self.count)

    @property
    def selection(self) -> int:
        """How many are selected."""
        return self.count if self.everything else len(self.selected)

    @property
    def page_is_selected(self) -> bool:
        return self.everything or (bool(self.rows) and all(row.pk in self.selected for row in self.rows))

    @property
    def empty_text(self) -> str:
        if self.denied:
            return _("You may not see this any more.")
        if self.narrowed:
            return _("Nothing here fits.")
        return self._records.empty_text or _("Nothing here yet.")

    def _choices(self) -> list[Choice]:
        records, request = self._records, self._asking
        marked = records.bulk_actions.values()
        choices = [Choice(each.name, each.label) for each in marked if records.may(each.permission, request)]
        return choices + [Choice("", _("Delete"))] * records.can_delete(request)

    # ── Order, filters, pages ──

    @action(repeatable=True)
    def sort(self, column: str, add: bool = False) -> None:  # noqa: FBT001, FBT002  # from a browser
        """By this column; again, and it is the other way round. ``add``: after the columns of before."""
        if column not in self._sortable:
            raise ValidationError(_("One cannot sort by %(column)s.") % {"column": column})
        turned = f"-{column}" if column in self.order else column
        others = [name for name in self.order if name.lstrip("-") != column]
        if not add:
            self.order = [turned]
        elif f"-{column}" in self.order:
            self.order = others
        else:
            self.order = [turned if name.lstrip("-") == column else name for name in self.order]
            self.order = self.order if turned in self.order else [*self.order, turned]
        self.visible.go_to()
        self.sheet = 1
        self._look_again()

    @action(repeatable=True)
    def filter(self, name: str, value: str = "", part: Literal["", "since", "until"] = "") -> None:
        """Choose by a filter. ``part``: one end of a range of days."""
        if name not in self._records.filters:
            raise ValidationError(_("There is no filter %(name)s.") % {"name": name})
        if part:
            since, _dots, until = self.chosen.get(name, "").partition("..")
            value = f"{value}..{until}" if part == "since" else f"{since}..{value}"
        self.chosen = {**self.chosen, name: "" if value == ".." else value}
        self._begin_anew()
        self._load()

    @action(repeatable=True)
    def clear(self) -> None:
        """Without search and filters."""
        self.search, self.chosen = "", {}
        self._begin_anew()
        self._load()

    @action(repeatable=True)
    def turn(self, to: int) -> None:
        """To another page."""
        self.sheet, self.editing = to, None
        self._load()

    @action(repeatable=True)
    def show(self) -> None:
        """Show what others have changed; what is being edited is given up."""
        self.editing = None
        self._load()

    # ── Selection ──

    @action(repeatable=True)
    def select(self, pk: str, through: bool = False) -> None:  # noqa: FBT001, FBT002  # from a browser
        """Select a row, or no longer. ``through``: with all between it and the last one."""
        keys = [row.pk for row in self.rows]
        if pk not in keys:
            return
        if self.everything:
            self.everything, self.selected = False, set(keys)
        if through and self.anchor in keys:
            first, last = sorted((keys.index(self.anchor), keys.index(pk)))
            self.selected = self.selected | set(keys[first : last + 1])
        else:
            self.selected = self.selected ^ {pk}
        self.anchor = pk

    @action(repeatable=True)
    def select_page(self) -> None:
        """Select all rows in sight, or none of them."""
        keys = {row.pk for row in self.rows}
        self.selected = self.selected - keys if self.page_is_selected else self.selected | keys
        self.everything = False

    @action(repeatable=True)
    def select_all(self) -> None:
        """Select everything that is found, in sight or not."""
        self.everything = True

    @action(repeatable=True)
    def select_none(self) -> None:
        self._select_none()

    def _select_none(self) -> None:
        self.selected, self.everything, self.anchor = set(), False, ""

    def _selected_objects(self) -> list[Any]:
        """The selected records. Raises ``ValidationError`` if they are too many."""
        rows = self._rows()
        objects = list((rows if self.everything else rows.filter(pk__in=self.selected))[: MOST_AT_ONCE + 1])
        if len(objects) > MOST_AT_ONCE:
            raise too_many()
        return objects

    def _selection(self) -> Callable[[], QuerySet[Any]]:
        """How to find what is selected now, later: these records, or whatever fits the same search and filters.

        Raises ``ValidationError`` if too many are selected one by one.
        """
        records, request, query = self._records, self._asking, self._query()
        if self.everything:
            return lambda: fitting(records, request, query)
        keys = [obj.pk for obj in self._selected_objects()]
        return lambda: records.get_queryset(request).filter(pk__in=keys)

    # ── Doing something with them ──

    @action
    def run(self, name: str) -> Generator[Any, str, None]:
        """A bulk action of the registration."""
        known = self._records.bulk_actions.get(name)
        if known is None:
            raise ValidationError(_("There is no action %(name)s.") % {"name": name})
        self._require(known.permission)
        everything, selection = self.everything, self._selection()
        count = selection().count()
        if count and known.confirm:
            answer = yield Confirm(known.confirm.replace("{count}", str(count)), title=known.label)
            if answer != "yes":
                return
        if count:
            yield self._done(known, selection(), everything=everything)

    def _done(self, known: Bulk, rows: QuerySet[Any], *, everything: bool) -> Any:
        """Do it with those that the user may do it with. Of everything that fits, those are named that stay out."""
        records, request, using = self._records, self._asking, router.db_for_write(self._records.model)
        with transaction.atomic(using=using), changes.acting(self.user, self._origin):
            allowed, denied = divided(rows, lambda obj: records.may(known.permission, request, obj))
            if not allowed:
                raise PermissionDenied(_("You may not do this with %(what)s.") % {"what": records.plural})
            if not everything:
                rows = records.get_queryset(request).filter(pk__in=allowed)
            elif len(denied) > MOST_AT_ONCE:
                raise ValidationError(_("You may not do this with %(number)s of them.") % {"number": len(denied)})
            elif denied:
                rows = rows.exclude(pk__in=denied)
            answer = getattr(records, known.name)(request, rows)
            changes.note(records.model, None if everything else allowed, using=using)  # it may have used update()
        self._select_none()
        self._load()
        return answer

    @action
    def delete(self) -> Generator[Any, str, None]:
        """Delete what is selected, as far as that can be, after asking."""
        self._require("delete")
        records = self._records
        plan = plan_for(records, self._asking, self._selected_objects())
        if not plan.going:
            if plan.staying:
                yield Alert(reasons(plan), title=_("Nothing can be deleted"), level="warning")
            return
        number = len(plan.going)
        label = _("Delete %(number)s") % {"number": number}
        keys = [obj.pk for obj in plan.going]
        answer = yield Confirm(
            consequences(plan),
            title=_("Delete %(what)s?") % {"what": f"{number} {records.counted(number)}"},
            choices=[("yes", label), ("no", _("Cancel"))],
            variant="danger",
        )
        if answer == "yes":
            yield self._deleted(keys)

    def _deleted(self, keys: list[Any]) -> Result:
        """Look again before doing it: while the user thought, others went on."""
        records = self._records
        plan = plan_for(records, self._asking, records.get_queryset(self._asking).filter(pk__in=keys))
        with changes.acting(self.user, self._origin):
            number = delete(records, plan.going)
        self._select_none()
        self._load()
        return Toast(_("Deleted: %(what)s.") % {"what": f"{number} {records.counted(number)}"}, level="success")

    # ── Opening ──

    @action
    def insert(self) -> Any:
        """A new record: in a window if there are windows and no pages, else on its page."""
        self._require("add")
        return open_in_window(self._records, self.request, "", self._query().encode())

    @action
    def open(self, pk: str) -> Result:
        """The record of a row, where rows have no address."""
        return WindowAction(model=self._records.name, record_id=pk, target="new")

    # ── Editing a cell ──

    def _record(self, pk: str) -> Any:
        try:
            obj = self._records.get_queryset(self._asking).filter(pk=pk).first()
        except (ValueError, OverflowError, ValidationError):
            obj = None
        if obj is None or not self._records.can_view(self._asking, obj):
            raise Http404
        return obj

    @action
    def edit(self, pk: str, column: str) -> None:
        """Edit one cell."""
        obj = self._record(pk)
        self._require("change", obj)
        records, request = self._records, self._asking
        if column not in editable_columns(records, request):
            raise PermissionDenied(_("%(column)s cannot be edited here.") % {"column": column})
        form = cell_form(records, request, obj, column)
        self.editing = self._edited(form, pk, column, fingerprint(form, column))

    def _edited(self, form: Any, pk: str, column: str, seen: str, error: str = "") -> Editing:
        label = next(each.label for each in columns_of(self._records) if each.name == column)
        return Editing(pk, column, str(control(form, column, label, wrong=bool(error))), seen, error)

    @action
    def cancel_edit(self) -> None:
        """Leave the cell as it was."""
        self.editing = None
        if self.held:
            self._load()

    @action
    def save_cell(self, **typed: Any) -> HTML | None:
        """What was entered in the cell, checked by the form's field."""
        if self.editing is None:
            return None
        editing, records = self.editing, self._records
        with transaction.atomic(using=router.db_for_write(records.model)), changes.acting(self.user, self._origin):
            try:
                obj = self._record(editing.pk)
            except (Http404, ObjectDoesNotExist):
                self.editing = None
                self._load()
                raise ValidationError(_("This record is not there any more.")) from None
            self._require("change", obj)
            before = fingerprint(cell_form(records, self._asking, obj, editing.column), editing.column)
            form = cell_form(records, self._asking, obj, editing.column, listed(typed))
            if why := wrong(form, before, editing.seen):
                self.editing = self._edited(form, editing.pk, editing.column, before, why)
                return HTML(swap="none", focus="preserve")
            records.saving(self._asking, form.instance)
            form.save()
        self.editing = None
        self._load()
        return None


def divided(rows: QuerySet[Any], is_allowed: Callable[[Any], bool]) -> tuple[list[Any], list[Any]]:
    """The primary keys of those that are allowed, and of the others."""
    allowed: list[Any] = []
    denied: list[Any] = []
    for obj in rows.iterator(chunk_size=MOST_AT_ONCE):
        (allowed if is_allowed(obj) else denied).append(obj.pk)
    return allowed, denied


def too_many() -> ValidationError:
    return ValidationError(_("Select at most %(most)s at a time.") % {"most": MOST_AT_ONCE})


def wrong(form: Any, present: str, seen: str) -> str:
    """Why what was entered in a cell is not saved: somebody else has changed it meanwhile, or the field says so."""
    if present != seen:
        return _("Meanwhile it was changed to “%(value)s”. Save again to overwrite it.") % {"value": present}
    return " ".join(error for errors in form.errors.values() for error in errors)
