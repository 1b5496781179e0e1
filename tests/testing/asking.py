"""A component that answers with every kind of word a page has to do something about."""

from __future__ import annotations

from dataclasses import dataclass

from liveactions import Component, Toast, action, field
from liveactions.errors import CallError
from liveactions.results import (
    Alert,
    Close,
    Confirm,
    DataRecord,
    Download,
    Log,
    Multi,
    Noop,
    OpenURL,
    Refresh,
    Result,
    Rows,
    Switch,
    UpdateParent,
    register_result,
)


@register_result("kit.confetti")
@dataclass(frozen=True)
class Confetti(Result):
    pieces: int = 100


THEN = Toast("then")

WORDS: dict[str, object] = {
    "alert": Alert("Read this", then=[THEN]),
    "held": [Alert("Read this", then=[THEN]), Toast("after")],
    "told": [Alert("Read this"), Toast("at once")],
    "question": [Confirm("Sure?", then=[THEN]), Toast("after")],
    "cancel": Confirm("Sure?", choices=[("ok", "Go"), ("cancel", "Stay")], then=[THEN]),
    "small": Download("a.txt", b"small", "text/plain"),
    "large": Download("b.bin", bytes(200_000)),
    "linked": Download("c.txt", url="/c.txt"),
    "tab": OpenURL("/there/"),
    "log": Log("a line", level="warning"),
    "custom": Confetti(7),
    "button": Toast("Saved", action=Switch("say", {"which": "log"}), action_label="More"),
    "bare button": Toast("Saved", action=Multi([Noop(), Toast("first"), Toast("second")])),
    "record": DataRecord({"name": "Ana"}, id=7, title="The first"),
    "rows": Rows([[1, "a"]], no_data_text="None"),
    "parent": UpdateParent({"name": "Ben"}),
    "lines": UpdateParent(
        {
            "lines": [
                ["U", 4, {"qty": 9, "gift": True}],
                ["D", 5],
                ["D", 6],
                ["C", {"qty": 2}],
                ["C", {"qty": 3}],
                ["L", 7],
                ["X", "new1"],
            ]
        }
    ),
    "only": UpdateParent({"lines": [["S", [5, 8]]]}),
    "none": UpdateParent({"lines": [["K"]], "nothing": 1}),
    "close": Close(notify="Closed"),
    "delayed": Refresh(delayed=["sum"]),
    "all delayed": Refresh("all", delayed=True),
}


class Desk(Component):
    name = "kit.desk"
    template = """
    <section>
      <p>{{ total }}</p>
      <form><input name="name" value="Ana"><table live-relation="lines"><tbody>
        <tr live-key="4"><td><input name="lines-4-qty" value="1"><input type="checkbox" name="lines-4-gift"></td></tr>
        <tr live-key="5"><td><input name="lines-5-qty" value="1"><input type="checkbox" name="lines-5-DELETE"></td></tr>
        <tr live-key="6"><td><input name="lines-6-qty" value="1"></td></tr>
        <template data-of="a > b"><tr><td><input name="lines-__prefix__-qty"></td></tr></template>
      </tbody></table></form>
      <dialog open>A window</dialog>
      <div live-load="add" live-load-name="sum" live-value-by="2"></div>
      <div><input type="checkbox" aria-label="Keep" live-change="nothing">
         <input type="checkbox" aria-label="Refuse" live-change="refuse">
         <input type="checkbox" aria-label="Ask" live-change="nothing" live-confirm="Sure?">
         <input type="checkbox" aria-label="Even" live-model="even" live-change="nothing"></div>
    </section>"""
    total: int = 0
    even: bool = field(False, bind=True)

    @action
    def say(self, which: str):
        return WORDS[which]

    @action
    def add(self, by: int):
        self.total += by

    @action
    def steps(self):
        self.total = 100
        answer = yield Confirm("Sure?")
        yield Toast(f"You said {answer}")

    @action
    def refuse(self):
        raise CallError("Not now.", code="action.refused")

    @action
    def nothing(self):
        """Does nothing."""
