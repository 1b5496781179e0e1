"""Words about records: rows of a table, and the form that shows one."""

from __future__ import annotations

from typing import Literal

from liveactions import DataRecord, RecordDeleted, Report, Result, Rows, Toast, UpdateParent, Wizard, action, field
from liveactions.contrib.windows import WizardComponent
from liveactions.results.words import records
from sample_site.desk.models import Customer
from sample_site.gallery.exhibits import exhibits
from sample_site.gallery.room import Room

__all__ = ["OrderLines", "Records"]

Command = Literal["create", "update", "delete", "take out", "link", "clear", "set"]


class OrderLines(WizardComponent):
    """Asks what is to be put into the form under it."""

    window_title = "One more line"
    confirm_label = "Put it into the form"

    item: str = field("Envelopes", bind=True)
    quantity: int = field(50, bind=True)

    def action_confirm(self):
        line = {"item": self.item, "quantity": self.quantity}
        return UpdateParent({"lines": [("C", line)], "note": "from the wizard"}, close=True)


class Records(Room):
    words = records

    @exhibits(UpdateParent, "Values")
    @action
    def values(self) -> UpdateParent:
        """Written as a user would write them: the form is changed, and not saved."""
        return UpdateParent({"customer": "Rosa", "urgent": True, "note": "by card"})

    @exhibits(UpdateParent)
    @action
    def command(self, name: Command) -> UpdateParent:
        """The value of a relation may be commands, done in order."""
        commands = {
            "create": ("C", {"item": "Ink", "quantity": 3}),
            "update": ("U", 4, {"quantity": 12}),
            "delete": ("D", 5),
            "take out": ("X", 4),
            "link": ("L", 7),
            "clear": ("K",),
            "set": ("S", [4, 9]),
        }
        return UpdateParent({"lines": [commands[name]]})

    @exhibits(UpdateParent, "In numbers")
    @action
    def numbered(self) -> UpdateParent:
        """An ERP writes the same commands with numbers: clear, then create two."""
        pens, pads = {"item": "Pens", "quantity": 10}, {"item": "Pads", "quantity": 2}
        return UpdateParent({"lines": [(5, 0, 0), (0, 0, pens), (0, 0, pads)]})

    @exhibits(UpdateParent, "By a wizard", also=(OrderLines,))
    @action
    def by_wizard(self) -> Wizard:
        return Wizard("gallery.order_lines")

    @exhibits(RecordDeleted, "Delete two")
    @action
    def deleted(self) -> list[Result]:
        """What shows them is marked, and they are no longer among what is selected."""
        return [RecordDeleted([2, 3], "gallery.card"), Toast("Two cards are gone.")]

    @exhibits(DataRecord, "Show a record")
    @action
    def record(self) -> DataRecord:
        return DataRecord(
            {"number": 1042, "customer": "Rosa"},
            id=7,
            title="Order 1042",
            navinfo={"recno": 3, "count": 39},
            disable_delete="It is shipped.",
        )

    @exhibits(Rows, "Show rows")
    @action
    def rows(self) -> Rows:
        return Rows([[1042, "Rosa"], [1043, "Emil"]], count=39, title="Orders")

    @exhibits(Report, "About a record", needs="liveactions.contrib.reports")
    @action
    def statement(self) -> Report:
        """A registered report of records, in the language of who gets it; a PDF comes back."""
        customer = Customer.objects.earliest("pk")
        return Report("office.statement", instance_ids=[customer.pk])

    @exhibits(Report, "About data", needs="liveactions.contrib.reports")
    @action
    def till(self) -> Report:
        """Of what has no table."""
        rows = [["Pens", 12, "18.00"], ["Pads", 3, "7.50"]]
        return Report("office.till", report_data={"day": "2026-02-24", "rows": rows, "total": "25.50"})
