"""Of an action that is repeatable nothing is kept before it runs, for another process may run it as if it had not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unittest.mock import patch

import pytest

from liveactions import Component, SharedComponent, Switch, Toast, action
from liveactions.components.actions import actions_of
from liveactions.runtime.ports import Writing
from liveactions.store import vault
from liveactions.wire import load

WRITTEN: list[Writing] = []
RUN: list[int] = []
"""How much was written before an action that is not repeatable ran."""


class Shelf(Component):
    name = "repeatable.shelf"
    template = "<p>{{ taken }}</p>"
    taken: int = 0

    @action
    def take(self) -> None:
        self.taken += 1
        RUN.append(len(WRITTEN))

    @action(repeatable=True)
    def turn(self) -> None:
        self.taken += 1

    @action(repeatable=True)
    async def turn_later(self) -> None:
        self.taken += 1

    @action(repeatable=True)
    def turn_and_take(self) -> Switch:
        return Switch("take")

    @action(repeatable=True, atomic=True)
    def buy(self) -> None:
        self.taken += 1

    @action(repeatable=True)
    def turn_twice(self) -> Iterator[Toast]:
        yield Toast("once")
        yield Toast("twice")


class Everybodys(SharedComponent):
    name = "repeatable.everybodys"
    template = "<p>{{ taken }}</p>"
    taken: int = 0

    @action(repeatable=True, atomic=False)
    def turn(self) -> None:
        self.taken += 1


@pytest.fixture
def written(settings) -> Iterator[list[Writing]]:
    """What is written into the vault, in which every page is kept."""
    settings.LIVEACTIONS = {"CHECKPOINT": True}
    write = type(vault()).write
    RUN.clear()

    async def noted(kept: object, writings: Sequence[Writing]):
        WRITTEN.extend(writings)
        return await write(kept, writings)

    with patch.object(type(vault()), "write", noted):
        yield WRITTEN


async def begun(connect, written: list[Writing], action: str, component: str = "repeatable.shelf") -> list[list[int]]:
    """Of each writing for one call: of which calls it says that they have begun and were not answered."""
    wire = await connect()
    await wire.place(component)
    written.clear()
    answer = await wire.call(1, action)
    assert answer.refusal is None
    return [load(writing.put["head"])["open"] for writing in written]


async def test_any_other_action_is_kept_as_begun_before_it_runs(connect, written):
    assert [len(each) for each in await begun(connect, written, "take")] == [1, 0]
    assert RUN == [1]


async def test_one_that_another_has_handed_over_to_is_kept_as_begun_before_it_runs(connect, written):
    steps = await begun(connect, written, "turn_and_take")
    assert (RUN, len(steps[0]), steps[-1]) == ([1], 1, [])


@pytest.mark.parametrize("action", ["turn", "turn_later"])
async def test_a_repeatable_one_is_kept_once_with_its_answer(connect, written, action):
    assert await begun(connect, written, action) == [[]]


async def test_of_what_a_page_was_told_before_the_answer_the_beginning_is_kept(connect, written):
    steps = await begun(connect, written, "turn_twice")
    assert [len(each) for each in steps[:-1]] == [1] * (len(steps) - 1)
    assert (len(steps) > 1, steps[-1]) == (True, [])


@pytest.mark.django_db(transaction=True)
async def test_an_atomic_one_has_its_receipt_and_needs_no_promise(connect, written):
    assert [len(each) for each in await begun(connect, written, "buy")] == [1, 0]


async def test_what_everybody_sees_is_not_kept_with_one_page_so_it_is_no_different(connect, written):
    steps = await begun(connect, written, "turn", "repeatable.everybodys")
    assert (len(steps[0]), steps[-1]) == (1, [])


async def test_what_was_promised_of_a_body_is_not_promised_of_another_one():
    class Loud(Shelf):
        name = "repeatable.loud"

        @action(confirm="Really?")
        def turn(self) -> None:
            super().turn()

    class Louder(Loud):
        name = "repeatable.louder"

        @action(repeatable=True)
        def turn(self) -> None:
            super().turn()

    class Quiet(Shelf):
        name = "repeatable.quiet"

    options = [actions_of(kind)["turn"].options for kind in (Shelf, Quiet, Loud, Louder)]
    assert [(each.repeatable, each.confirm) for each in options] == [
        (True, None),
        (True, None),
        (False, "Really?"),
        (True, "Really?"),
    ]
