"""What an action's answer is made in: other components of the page, and words that the server performs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from liveactions import Close, Component, Result, Toast, action, audience, performs, register_result
from liveactions.components import ActionRequest
from liveactions.results import Whole
from liveactions.results.performing import PERFORMERS
from tests.wires import items, refusal


@register_result("scenes.note")
@dataclass(frozen=True)
class Note(Result):
    text: str = ""


@pytest.fixture
def performer():
    """Register performers of ``Note`` for one test."""
    before = {word: list(known) for word, known in PERFORMERS.items()}
    yield performs(Note)
    PERFORMERS.clear()
    PERFORMERS.update(before)


class Board(Component):
    name = "scenes.board"
    template = "{% load live %}<div>{{ seen }}{% live 'scenes.card' key='one' %}</div>"
    seen: list[str] = []


class Card(Component):
    name = "scenes.card"
    template = "<p>{{ text }}</p>"
    text: str = ""

    @action
    def tell_the_board(self):
        self.request.find(Board).seen.append("told")

    @action
    async def tell_the_board_later(self):
        self.request.find("scenes.board").seen.append("told later")

    @action
    def tell_the_parent_and_fail(self):
        self.request.parent.seen.append("never")
        raise ValueError

    @action
    def note(self, text: str = ""):
        return [Toast("before"), Note(text), Toast("after")]

    @action
    async def note_later(self, text: str = ""):
        return Note(text)

    @action
    def for_others(self):
        return [Toast("all").to(audience.everyone), Toast("me")]

    @action
    def tell_by_id(self, number: int):
        found = self.request.find(number)
        return Toast(found.name) if found else Toast("nobody there")

    @action
    def nobody(self):
        return self.request.find("scenes.nobody") or Toast("nobody there")


async def page(connect):
    wire = await connect()
    await wire.place("scenes.board")
    return wire


def words(frame):
    return [type(result).__name__ if isinstance(result, Whole) else result for _, result in items(frame)]


@pytest.mark.parametrize("name", ["tell_the_board", "tell_the_board_later"])
async def test_what_an_action_changes_in_another_component_is_sent_with_its_answer(connect, name):
    wire = await page(connect)
    answer = await wire.call(3, name)
    assert [scope for scope, _ in items(answer)] == [1]
    assert "told" in items(answer)[0][1].html


async def test_after_a_failure_the_other_component_is_as_it_was(connect):
    wire = await page(connect)
    assert refusal(await wire.call(3, "tell_the_parent_and_fail")).code == "action.failed"
    assert wire.page.node(1).component.seen == []
    assert (await wire.call(3, "tell_the_board")).refusal is None
    assert wire.page.node(1).component.seen == ["told"]


async def test_a_component_that_is_not_on_the_page_is_not_found(connect):
    wire = await page(connect)
    assert items(await wire.call(3, "nobody")) == [(3, Toast("nobody there"))]


async def test_a_component_is_found_by_its_id(connect):
    wire = await page(connect)
    assert items(await wire.call(3, "tell_by_id", {"number": 1})) == [(3, Toast("scenes.board"))]
    assert items(await wire.call(3, "tell_by_id", {"number": 99})) == [(3, Toast("nobody there"))]


async def test_a_result_becomes_what_its_performer_answers_where_it_stood(connect, performer):
    @performer
    def perform(note, request):
        return [Toast(note.text), {"type": "close"}]

    wire = await page(connect)
    answer = await wire.call(3, "note", text="x")
    assert [result for _, result in items(answer)] == [Toast("before"), Toast("x"), Close(), Toast("after")]


@pytest.mark.parametrize("name", ["note", "note_later"])
async def test_what_a_performer_changes_is_sent_where_the_result_stood(connect, performer, name):
    @performer
    def perform(note, request):
        request.find(Board).seen.append(note.text)

    wire = await page(connect)
    told = words(await wire.call(3, name, text="x"))
    assert told == ([Toast("before"), "Whole", Toast("after")] if name == "note" else ["Whole"])


async def test_a_performer_may_leave_a_result_as_it_is(connect, performer):
    @performer
    def perform(note, request):
        return note

    wire = await page(connect)
    assert Note("x") in [result for _, result in items(await wire.call(3, "note", text="x"))]


async def test_the_latest_performer_is_asked_first(connect, performer):
    performer(lambda note, request: Toast("first"))
    performer(lambda note, request: note if note.text else Toast("second"))
    wire = await page(connect)
    assert Toast("second") in [result for _, result in items(await wire.call(3, "note"))]
    assert Toast("first") in [result for _, result in items(await wire.call(3, "note", text="x"))]


async def test_a_result_that_leads_to_itself_is_the_applications_fault(connect, performer, caplog):
    performer(lambda note, request: Note(note.text + "."))
    wire = await page(connect)
    assert refusal(await wire.call(3, "note")).code == "result.invalid"
    assert "leads to itself" in caplog.text


async def test_a_performer_knows_the_user_and_the_component(connect, performer):
    seen = []

    @performer
    def perform(note, request):
        seen.append((isinstance(request, ActionRequest), request.action, request.scene.speaker.name))

    wire = await page(connect)
    await wire.call(3, "note")
    assert seen == [(True, "note", "scenes.card")]


async def test_a_result_for_others_is_broadcast(connect):
    wire, other = await page(connect), await connect()
    answer = await wire.call(3, "for_others")
    assert [result for _, result in items(answer)] == [Toast("me")]
    frame = await other.frame()
    while not (hasattr(frame, "items") and Toast("all") in [result for _, result in items(frame)]):
        frame = await other.frame()
