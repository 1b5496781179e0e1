from __future__ import annotations

import asyncio

from liveactions import SharedComponent, Toast, action, broadcast, field, on, signal


class Poll(SharedComponent):
    """A vote that everybody sees."""

    name = "sharing.poll"
    template = """<section><h2>{{ topic }}</h2><output>votes: {{ total }}</output>
      <ul>{% for choice, count in counts %}<li>{{ choice }} {{ count }}</li>{% endfor %}</ul>
      <p>closed {{ closings }} times</p><i>{{ note }}</i>
      <button live-click="vote" live-value-choice="yes">Yes</button>
      <button live-click="vote" live-value-choice="no">No</button>
    </section>"""
    topic: str = "lunch"
    votes: dict[str, int] = field(default_factory=dict)
    closings: int = signal(0)
    note: str = field("", bind=True)

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

    @action
    async def vote_later(self, choice: str):
        await asyncio.sleep(0)
        self.votes[choice] = self.votes.get(choice, 0) + 1
        return Toast(f"Thank you later, {choice}.")

    @action
    def fail(self):
        self.votes["broken"] = 1
        raise RuntimeError

    @action
    def nothing(self):
        return Toast("Nothing.")

    @action
    def tell_all(self):
        broadcast(self.address, Toast("To all."))

    @action
    def sign(self):
        self.note = f"by {self.user}"

    @action(permission="auth.add_group")
    def clear(self):
        self.votes = {}

    @action(confirm="Really?")
    def reset(self):
        self.votes = {}

    @action
    async def ask(self):
        await self.request.confirm("Sure?")

    @on("closed")
    def close(self, by: str):
        self.closings += 1
        self.note = f"closed by {by}"

    @on("closing")
    async def closing(self):
        self.note = "closing"

    @on("announced")
    def announce(self):
        return Toast("It is closed.")

    @on("broken")
    def broken(self):
        self.note = "broken"
        raise RuntimeError
