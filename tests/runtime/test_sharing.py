"""Shared components: one state for everybody who looks."""

from __future__ import annotations

from liveactions import SharedComponent, Toast, action, field


class Poll(SharedComponent):
    name = "sharing.poll"
    template = """<section>{{ topic }}: <b>{{ total }}</b>
      <ul>{% for name, count in counts %}<li>{{ name }} {{ count }}</li>{% endfor %}</ul>
      <button live-click="vote" live-value-choice="yes">Yes</button>
      <button live-click="vote" live-value-choice="no">No</button>
    </section>"""
    topic: str = "lunch"
    votes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.votes.values())

    @property
    def counts(self):
        return sorted(self.votes.items())

    @action
    def vote(self, choice: str):
        self.votes[choice] = self.votes.get(choice, 0) + 1
        return Toast(f"Thank you, {choice}.")


def test_what_one_does_everybody_sees(live, db):
    one, other = live.open(Poll, topic="one"), live.open(Poll, topic="one")
    one.click("[live-value-choice=yes]")
    assert one.find("b").text() == "1"
    assert other.find("b").text() == "1"
    other.click("[live-value-choice=no]")
    assert [item.text() for item in one.find_all("li")] == ["no 1", "yes 1"]
