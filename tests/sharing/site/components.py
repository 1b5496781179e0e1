from __future__ import annotations

from liveactions import SharedComponent, Toast, action, field, on


class Poll(SharedComponent):
    """A vote that everybody sees."""

    name = "sharing.poll"
    template = """<section><h1>{{ topic }}</h1><p>votes: {{ total }}</p>
      <ul>{% for choice, count in counts %}<li>{{ choice }} {{ count }}</li>{% endfor %}</ul>
      <p>closed {{ closings }} by {{ closed_by }}</p>
      <button live-click="vote" live-value-choice="yes">Yes</button>
    </section>"""
    topic: str
    votes: dict[str, int] = field(default_factory=dict)
    closings: int = 0
    closed_by: str = ""

    def topics(self):
        return [f"polls.{self.topic}"]

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

    @on("closed")
    def close(self, by: str):
        self.closings += 1
        self.closed_by = by
