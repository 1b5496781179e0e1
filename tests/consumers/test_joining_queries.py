"""What joining costs the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.backends.utils import CursorWrapper

from liveactions import Component
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
    user = await get_user_model().objects.acreate_user("ana")
    wires = [await connect(user) for _ in range(20)]
    for wire in wires:
        await wire.drop()
    queries.clear()
    for wire in wires:
        again = Wire({}, None)
        again.scope["headers"] = wire.scope["headers"]
        again.ack = wire.ack
        assert (await again.open([wire.token, wire.ack, {}])).recovered
        await again.drop()
    assert queries == []


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
