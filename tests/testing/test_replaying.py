"""What was recorded is played again."""

from __future__ import annotations

import json
import logging

import pytest

from liveactions import Component, Confirm, Present, Toast, action, broadcast, field, on, presence
from liveactions.operations.conversation import conversation
from liveactions.testing import Live, replay

pytestmark = pytest.mark.django_db(transaction=True)


class Till(Component):
    name = "replaying.till"
    template = (
        '<div><p>{{ total }}</p><input live-model="note"><i>{{ note }}</i><b>{{ here|length }}</b>'
        '<button live-click="add" live-value-amount="2">Add</button><button live-click="clear">Clear</button>'
        '<button live-click="fail">Fail</button></div>'
    )
    step: int = 1
    total: int = 0
    note: str = field("", bind=True)
    here: list[Present] = presence("replaying.till")

    def topics(self):
        return ["replaying"]

    @action
    def add(self, amount: int):
        self.total += amount * self.step
        return Toast(f"Now {self.total}")

    @action
    def clear(self):
        if (yield Confirm("Really?")) == "yes":
            self.total = 0

    @action
    def fail(self):
        raise PermissionError("No.")

    @on("sold")
    def sold(self, amount: int):
        self.total += amount


@pytest.fixture
def recorded(tmp_path, caplog):
    """The file of a conversation: clicks, a bound field, a question, a failure, and news of others."""
    caplog.set_level(logging.DEBUG, "liveactions.frames")
    with Live() as live:
        page = live.open(Till, step=10)
        page.click("Add")
        page.fill("input", "lunch")
        broadcast("replaying", Toast("Everybody: hello"), on_commit=False)
        live.settle()
        broadcast("replaying", event="sold", amount=5, on_commit=False)
        live.settle()
        assert page.text("p") == "25"
        page.click("Clear")
        page.click("Fail", expect="action.failed")
    caplog.set_level(logging.INFO, "liveactions.frames")
    lines = [record.getMessage() for record in caplog.records if record.name == "liveactions.frames"]
    path = tmp_path / "till.json"
    path.write_text(json.dumps(conversation(lines)))
    return path


def test_a_conversation_is_the_same_a_second_time(recorded):
    replay(recorded)
    replay(recorded)


def test_what_the_server_says_otherwise_is_told_with_its_step(recorded):
    told = json.loads(recorded.read_text())
    (place,) = [i for i, step in enumerate(told["steps"]) if "Now 20" in str(step)]
    recorded.write_text(recorded.read_text().replace("Now 20", "Now 30"))
    with pytest.raises(AssertionError, match=rf"Step {place + 1} of .*'Now 30' was recorded, 'Now 20' was said"):
        replay(recorded)


def test_without_exact_only_how_calls_end_is_compared(recorded):
    recorded.write_text(recorded.read_text().replace("Now 20", "Now 30"))
    replay(recorded, exact=False)
    recorded.write_text(recorded.read_text().replace('"action.failed"', '"action.forbidden"'))
    with pytest.raises(AssertionError, match=r"action\.forbidden.*was recorded"):
        replay(recorded, exact=False)
