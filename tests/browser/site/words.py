"""A component with a button for every word that is about more than HTML."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe

from liveactions import Component, Toast, action, field
from liveactions.results import (
    ActiveTab,
    Alert,
    Close,
    Confirm,
    DataRecord,
    Download,
    EditingMode,
    Event,
    Focus,
    Log,
    Multi,
    Notify,
    OpenURL,
    RecordDeleted,
    Refresh,
    Reload,
    Result,
    Rows,
    Switch,
    UpdateParent,
    register_result,
)
from tests.browser.site.gates import gate as gate_of

__all__ = ["LARGE", "Confetti", "Words"]

LARGE = bytes(range(256)) * 2000
"""A file that takes several frames."""


@register_result("site.confetti")
@dataclass(frozen=True)
class Confetti(Result):
    pieces: int = 100


SAVED = Toast("Saved", level="success")
SAY: dict[str, Any] = {
    "alert": Alert("The order was sent to the kitchen; it cannot be changed any more."),
    "alert success": Alert("Everything is on its way.", level="success"),
    "alert warning": Alert("Only three are left.", level="warning"),
    "alert error": Alert(mark_safe("<p>The printer says <b>no</b>.</p>"), level="error", title="No printer"),
    "alert then": [Alert("Read this first.", then=[SAVED, Event("site:read")]), Toast("afterwards")],
    "alert action": Alert("Nothing was saved.", level="warning", action=SAVED, action_label="Save now"),
    "confirm": [Confirm("Send it to the kitchen?", title="Send the order", then=[SAVED]), Toast("afterwards")],
    "confirm danger": Confirm(
        "The order is deleted for good.",
        title="Delete order 7?",
        choices=[("yes", "Delete"), ("no", "Keep it")],
        variant="danger",
        then=[SAVED],
    ),
    "confirm warning": Confirm(
        "Your changes are not saved.",
        title="Save them?",
        choices=[("yes", "Save"), ("no", "Discard"), ("cancel", "Go back")],
        variant="warning",
    ),
    "notify": Notify("message <R&D>", action=OpenURL("/elsewhere/", title="Look"), color="yellow"),
    "sticky": [Toast("stays", sticky=True), Toast("goes", timeout=200)],
    "labels": [
        Toast("explicit", sticky=True, action=OpenURL("/a/", title="Own"), action_label="Explicit"),
        Toast("own", sticky=True, action=OpenURL("/a/", title="Own")),
        Toast("none", sticky=True, action=Event("site:pressed")),
    ],
    "button": Toast("Performed by the server", sticky=True, action=Switch("count"), action_label="Count"),
    "close": Close(reload=True, notify="Closed", infos={"order": 7}),
    "download": Download("small.txt", b"small", "text/plain"),
    "large": Download("large.bin", LARGE),
    "linked": Download("linked.txt", url="/elsewhere/"),
    "tab": OpenURL("/elsewhere/"),
    "tab and close": OpenURL("/elsewhere/", close=True),
    "self": OpenURL("/elsewhere/", target="self"),
    "parent": UpdateParent(
        {"state": "paid", "notes": "by card", "lines": [("C", {"qty": 5}), ("U", 4, {"qty": 2}), ("D", 5)]}
    ),
    "focus": Focus("#state"),
    "focus email": Focus("#email"),
    "invalid": Focus("first-invalid"),
    "edit": EditingMode(),
    "done": EditingMode(value=False),
    "second tab": ActiveTab("notes"),
    "first tab": ActiveTab(0),
    "reload": Reload("frontend"),
    "log": Log("a line of the server", level="warning"),
    "deleted": RecordDeleted([7], "site.order"),
    "record": DataRecord({"name": "Ana"}, id=7, title="The first"),
    "rows": Rows([["a"], ["b"]]),
    "custom": Confetti(7),
    "several": Toast("several", sticky=True, action=Multi([Toast("one"), Toast("two")]), action_label="Both"),
    "refresh": Refresh(focus=True),
    "delayed": Refresh(delayed=["stock"]),
}


class Words(Component):
    name = "site.words"
    template = """
      <section id="words" live-record="site.order:7">
        <div class="buttons">{% for it in names %}
          <button type="button" live-key="{{ it }}" live-click="say" live-value-which="{{ it }}">{{ it }}</button>
          {% endfor %}
          <button type="button" live-click="ask">ask</button><button type="button" live-click="count">count</button>
        </div>
        <p>Counted <b id="counted">{{ counted }}</b>, looked <b id="looked">{{ looked }}</b>,
          said <b id="said">{{ said }}</b></p>
        <form id="order"><input id="state" name="state"><textarea live-model.lazy="notes">{{ notes }}</textarea>
          <input id="email" type="email" value="ana@example.org">
          <table live-relation="lines"><tbody>
            <tr live-key="4"><td><input name="lines-4-qty" value="1"></td></tr>
            <tr live-key="5"><td><input name="lines-5-qty" value="1"></td></tr>
            <template><tr><td><input name="lines-__prefix__-qty"></td></tr></template>
          </tbody></table>
          <button id="opener" type="button">Open</button></form>
        <b id="notes">{{ notes }}</b>
        <p live-text="record.name" id="record"></p><p live-text="count" id="count"></p>
        <div live-load="load" live-load-name="stock"><b id="stock">{{ stock }}</b></div>
        <input type="checkbox" id="chosen" checked>
        <div role="tablist" live-tabs aria-label="Parts">
          <button type="button" role="tab" id="tab_lines" aria-controls="panel_lines"
            aria-selected="true">Lines</button>
          <button type="button" role="tab" id="tab_notes" aria-controls="panel_notes" live-tab="notes"
            aria-selected="false" tabindex="-1">Notes</button></div>
        <div role="tabpanel" id="panel_lines">The lines</div>
        <div role="tabpanel" id="panel_notes" hidden>The notes</div>
      </section>
    """

    counted: int = 0
    looked: int = 0
    stock: int = 0
    said: str = ""
    notes: str = field("", bind=True)

    names: list[str] = list(SAY)

    def restored(self) -> None:
        self.looked += 1

    @action
    def say(self, which: str) -> Any:
        return SAY[which]

    @action
    def count(self) -> None:
        self.counted += 1

    @action
    def load(self) -> None:
        self.stock += 1

    @action
    async def read(self, gate: str) -> AsyncIterator[Toast]:
        self.request.progress(2, 8, "Reading products")
        yield Toast("begun")
        await gate_of(gate).wait()
        yield Toast("all are read")

    @action
    async def ask(self) -> AsyncIterator[Any]:
        first = yield Confirm("First?")
        second = yield Confirm("Second?", choices=[("ok", "Fine"), ("cancel", "Cancel")])
        self.said = f"{first} {second}"
