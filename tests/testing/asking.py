"""A component that answers with every kind of word a page has to do something about."""

from __future__ import annotations

from dataclasses import dataclass

from liveactions import Component, Toast, action
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
    "close": Close(notify="Closed"),
    "delayed": Refresh(delayed=["sum"]),
    "all delayed": Refresh("all", delayed=True),
}


class Desk(Component):
    name = "kit.desk"
    template = """
    <section>
      <p>{{ total }}</p>
      <form><input name="name" value="Ana"></form>
      <dialog open>A window</dialog>
      <div live-load="add" live-load-name="sum" live-value-by="2"></div>
    </section>"""
    total: int = 0

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
    def nothing(self):
        """Does nothing."""
