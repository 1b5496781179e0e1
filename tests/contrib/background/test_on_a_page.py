"""State of every kind goes to the worker and comes back."""

from __future__ import annotations

import pytest

from liveactions import Component, Stream, action, stream
from sample_site.desk.models import Customer


class Feed(Component):
    name = "tests.background_feed"
    template = (
        "<ul>{% for each in rows %}<li>{{ each.name }}</li>{% endfor %}</ul><b>{{ last.name }}</b><i>{{ all }}</i>"
    )
    rows: Stream[Customer] = stream(limit=50)
    last: Customer | None = None
    all: list[Customer] = []

    def mount(self):
        self.rows.reset(Customer.objects.all())

    @action(background=True)
    def add(self, name: str):
        self.last = Customer.objects.create(name=name, city="Turin")
        self.rows.append(self.last)
        self.all = [*self.all, self.last]


@pytest.mark.django_db
def test_streams_and_records_are_as_if_the_action_had_run_here(live):
    Customer.objects.create(name="Ada", city="Turin")
    page = live.open(Feed)
    page.call("add", name="Bo")
    page.call("add", name="Cy")
    assert page.texts("li") == ["Ada", "Bo", "Cy"]
    assert page.text("b") == "Cy"
    assert page.component(Feed).state.all == list(Customer.objects.filter(name__in=["Bo", "Cy"]))
