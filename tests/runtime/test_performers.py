"""Words that a page session performs itself."""

from __future__ import annotations

import pytest

from liveactions import Close, Component, Refresh, UpdateParent, action
from tests.wires import items, refusal


class Form(Component):
    name = "performers.form"
    template = "{% load live %}<form>{{ total }}{{ lines|length }}{% live 'performers.picker' key='p' %}</form>"
    total: int = 0
    lines: list[dict] = []

    def restored(self):
        self.total += 100


class Own(Component):
    name = "performers.own"
    template = "{% load live %}<form>{{ got }}{% live 'performers.picker' key='p' %}</form>"
    got: str = ""

    def update_parent(self, values):
        self.got = ",".join(sorted(values))


class Picker(Component):
    name = "performers.picker"
    template = "<p></p>"

    @action
    def pick(self, values: dict, close: bool = False):
        return UpdateParent(values, close=close)

    @action
    def close_and_pick(self, total: int):
        return [Close(), UpdateParent({"total": total})]

    @action
    def refresh(self, scope: str):
        return Refresh(scope)

    @action
    def lazily(self):
        return Refresh(delayed=True)


async def page(connect, name="performers.form"):
    wire = await connect()
    await wire.place(name)
    return wire


async def test_values_go_into_the_component_around(connect):
    wire = await page(connect)
    answer = await wire.call(3, "pick", values={"total": "7", "lines": [["C", {"id": 1}], ["C", {"id": 2}], ["X", 1]]})
    form = wire.page.node(1).component
    assert (form.total, form.lines) == (7, [{"id": 2}])
    assert [scope for scope, _ in items(answer)] == [1]


async def test_a_value_that_does_not_fit_is_refused_and_changes_nothing(connect):
    wire = await page(connect)
    assert refusal(await wire.call(3, "pick", values={"lines": [["C", {"id": 1}]], "total": "much"})).code
    assert wire.page.node(1).component.lines == []


async def test_the_window_closes_after_the_values_were_put(connect):
    wire = await page(connect)
    answer = await wire.call(3, "pick", values={"total": 7}, close=True)
    assert [type(result).__name__ for _, result in items(answer)] == ["Whole", "Close"]


async def test_a_component_may_take_the_values_itself(connect):
    wire = await page(connect, "performers.own")
    await wire.call(3, "pick", values={"b": 1, "a": 2})
    assert wire.page.node(1).component.got == "a,b"


@pytest.mark.parametrize(("name", "values"), [("performers.picker", {"total": 7}), ("performers.form", {"other": 7})])
async def test_what_no_component_takes_is_for_the_form_in_the_page(connect, name, values):
    wire = await page(connect, name)
    answer = await wire.call(1 if name == "performers.picker" else 3, "pick", values=values, close=True)
    assert items(answer)[-1][1] == UpdateParent(values, close=True)


@pytest.mark.parametrize(("scope", "total"), [("self", 0), ("parent", 100), ("all", 100)])
async def test_a_refresh_reaches_whom_it_is_for(connect, scope, total):
    wire = await page(connect)
    before = wire.page.node(1).component.total
    await wire.call(3, "refresh", scope=scope)
    assert wire.page.node(1).component.total - before == total


async def test_the_parent_of_a_component_that_has_none_here_is_left_to_the_browser(connect):
    wire = await page(connect, "performers.picker")
    assert items(await wire.call(1, "refresh", scope="parent")) == [(1, Refresh("parent"))]


async def test_a_window_that_is_closed_first_is_closed_after_its_values_were_put(connect):
    wire = await page(connect)
    answer = await wire.call(3, "close_and_pick", total=7)
    assert [type(result).__name__ for _, result in items(answer)] == ["Whole", "Close"]
    assert wire.page.node(1).component.total == 7


async def test_what_is_loaded_lazily_is_the_browsers(connect):
    wire = await page(connect)
    assert [result for _, result in items(await wire.call(3, "lazily"))] == [Refresh(delayed=True)]


def test_closing_is_left_to_the_page():
    assert not Close().local
