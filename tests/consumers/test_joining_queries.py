"""What joining costs the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.backends.utils import CursorWrapper

from liveactions import Component
from liveactions.consumers import process
from liveactions.runtime import Pages
from liveactions.threads import runner
from tests.wires import Connect, Wire

pytestmark = pytest.mark.django_db(transaction=True)


class GroupCard(Component):
    template = "<li>{{ group.name }}</li>"
    group: Group


class GroupList(Component):
    template = "{% load live %}<ul>{% for group in groups %}{% live 'tests.group_card' group=group %}{% endfor %}</ul>"

    def groups(self) -> list[Group]:
        return list(Group.objects.order_by("pk"))


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that any thread runs from now on."""
    seen: list[str] = []
    execute = CursorWrapper.execute

    def counted(cursor: CursorWrapper, sql: str, params: Any = None) -> Any:
        seen.append(sql)
        return execute(cursor, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counted)
    return seen


async def test_a_page_that_comes_back_to_its_process_asks_the_database_nothing(
    connect: Connect, queries: list[str]
) -> None:
    user = await get_user_model().objects.acreate(username="ana")
    wires = [await connect(user) for _ in range(20)]
    for wire in wires:
        await wire.drop()
    queries.clear()
    for wire in wires:
        again = back(wire)
        assert (await again.open([wire.token, wire.ack, {}])).recovered
        await again.drop()
    assert queries == []


def back(wire: Wire) -> Wire:
    """The tab of ``wire``, which is about to come back."""
    again = Wire({}, wire.user)
    again.scope["headers"] = wire.scope["headers"]
    again.ack = wire.ack
    return again


@pytest.mark.redis
async def test_of_pages_that_come_to_another_process_at_once_the_users_are_read_together(
    connect: Connect, queries: list[str], settings: Any, redis_url: str
) -> None:
    settings.LIVEACTIONS = {"REDIS_URL": redis_url}
    people = [await get_user_model().objects.acreate(username=f"user{number}") for number in range(20)]
    wires = await asyncio.gather(*(connect(person) for person in people * 6))
    for wire in wires:
        await wire.drop()
    host = replace(process.host(runner()), tell=lambda *_, **__: None)
    process.adopt(Pages(host))
    tabs = [back(wire) for wire in wires]
    queries.clear()
    came = await asyncio.gather(*(tab.open([wire.token, wire.ack, {}]) for tab, wire in zip(tabs, wires, strict=True)))
    asked = len(queries)
    assert all(welcome.recovered for welcome in came)
    assert asked <= len(wires) / 10
    users = [tab.page.tree.surroundings.user for tab in tabs]
    assert users == people * 6 and len(set(map(id, users))) == len(users)
    for tab in tabs:
        await tab.drop()


async def test_the_users_of_many_open_pages_are_looked_at_together(
    connect: Connect, queries: list[str], clock: Any
) -> None:
    people = [await get_user_model().objects.acreate(username=f"user{number}") for number in range(30)]
    wires = await asyncio.gather(*(connect(person) for person in people))
    await get_user_model().objects.filter(pk=people[7].pk).aupdate(is_active=False)
    clock.move(61)
    for wire in wires:
        await wire.resync()
    queries.clear()
    open_pages = [wire.page for wire in wires]
    for page in open_pages:
        process.pages().check(page)
    assert await wires[7].bye() == ("user.changed", 4401)
    assert len(queries) <= 4
    assert [page.ended for page in open_pages].count(True) == 1


async def test_a_page_of_thirty_cards_is_taken_up_with_one_query_for_all_their_rows(
    connect: Connect, queries: list[str]
) -> None:
    for number in range(30):
        await Group.objects.acreate(name=f"Group {number}")
    wire = await connect()
    html = await wire.embed("tests.group_list")
    queries.clear()
    answer = await wire.mount(html)
    assert answer.items == []
    assert sum("auth_group" in sql for sql in queries) == 1


async def test_cards_of_the_same_row_do_not_share_one_object(connect: Connect) -> None:
    group = await Group.objects.acreate(name="One")
    other = await Group.objects.acreate(name="Two")
    wire = await connect()
    html = [await wire.embed("tests.group_list") for _ in range(2)]
    await wire.mount(html[0])
    await wire.mount(html[1], base=100)
    cards = [node.component for node in wire.page.tree.nodes.values() if isinstance(node.component, GroupCard)]
    assert sorted(card.group.pk for card in cards) == sorted([group.pk, other.pk] * 2)
    assert len({id(card.group) for card in cards}) == 4
