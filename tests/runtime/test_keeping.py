"""What is kept of a page is enough to make the same page again."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from liveactions import Component, field
from liveactions.consumers import process
from liveactions.runtime import Page, Surroundings
from liveactions.runtime.keeper import Keeper
from liveactions.runtime.keeping import part_of
from liveactions.runtime.ports import Lease, Taking
from liveactions.runtime.reviving import NOTHING, revived
from liveactions.runtime.tokens import digest_of_token
from liveactions.store import MemoryVault
from liveactions.threads import runner
from tests.store.writing import written


class Kept(Component):
    name = "keeping.kept"
    template = (
        "{% load live %}<p>{{ text }}"
        "{% for each in below %}{% live 'keeping.kept' text=each key=each %}{% endfor %}</p>"
    )
    text: str = ""
    number: int | None = None
    price: Decimal = Decimal(0)
    tags: set[str] = field(default_factory=set)
    below: list[str] = field(default_factory=list)
    table: dict[str, list[int]] = field(default_factory=dict)


words = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
states = st.fixed_dictionaries(
    {
        "text": words,
        "number": st.none() | st.integers(),
        "price": st.decimals(allow_nan=False, allow_infinity=False),
        "tags": st.sets(words, max_size=3),
        "below": st.lists(words, max_size=3, unique=True),
        "table": st.dictionaries(words, st.lists(st.integers(-9, 9), max_size=3), max_size=3),
    }
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("state"), states),
        st.tuples(st.just("tell"), st.binary(min_size=1, max_size=20)),
        st.tuples(st.just("ack"), st.integers(0, 5)),
        st.tuples(st.just("count"), st.integers(1, 9)),
        st.tuples(st.just("write"), st.none()),
    ),
    max_size=25,
)


@given(steps)
async def test_a_page_that_is_made_again_is_equal_to_the_one_that_was_kept(story: list[tuple[str, Any]]) -> None:
    """However often only what was new was written."""
    host, vault = process.host(runner()), MemoryVault()
    keeper = Keeper(vault, time.monotonic)
    page = Page(host, Surroundings(language="de"))
    page.keep(keeper)
    root = page.tree.mount("keeping.kept", {})
    page.tree.html(root)
    for step, value in [*story, ("write", None)]:
        if step == "state":
            watch = root.begin()
            for name, each in value.items():
                setattr(root.component, name, each)
            page.tree.settled(root)
            root.close(watch)
        elif step == "tell":
            page.own.keep(value)
        elif step == "ack":
            page.own.ack(min(page.own.acked + value, page.own.offset))
        elif step == "count":
            page.count(page.begun + value)
        else:
            await write(page, vault)
    wanted = Taking(page.page_id, *proofs(vault, page), digest_of_token("fresh"), page.own.acked, 60)
    (lease,) = await vault.take([wanted])
    assert isinstance(lease, Lease)
    found = await revived(host, Surroundings(), f"{page.page_id}.fresh", lease, keeper)
    assert found is not None
    assert seen(found.page) == seen(page)
    assert found.calls == NOTHING and not found.changed


async def write(page: Page, vault: MemoryVault) -> None:
    assert page.keeping is not None
    parts = {node.id: part_of(page, node) for node in page.tree.nodes.values() if not node.stored}
    for node in page.tree.nodes.values():
        node.stored = True
    page.keeping.keep(parts)
    writing = page.keeping.writing()
    (outcome,) = await written(vault, writing)
    page.keeping.written(writing, outcome)


def proofs(vault: MemoryVault, page: Page) -> tuple[bytes, bytes]:
    fields = vault.pages[page.page_id].fields
    return fields["bound"], fields["token"]


def seen(page: Page) -> Any:
    """Everything by which two pages could be told apart."""
    nodes = {
        node.id: (node.name, node.key, node.parent and node.parent.id, node.tag, node.given, state_of(node.component))
        for node in page.tree.nodes.values()
    }
    own = (page.own.offset, list(page.own.kept)[max(0, page.own.acked - page.own.first + 1) :])
    return nodes, own, page.begun, page.ahead, page.tree.next_id, page.tree.surroundings.language


def state_of(component: Any) -> dict[str, Any]:
    return {name: getattr(component, name) for name in ("text", "number", "price", "tags", "below", "table")}


async def test_of_the_numbers_that_have_begun_and_were_answered_only_those_ahead_of_others_are_kept() -> None:
    page = Page(process.host(runner()), Surroundings())
    for number in range(1, 100):
        page.count(number)  # it begins
        page.count(number)  # it is answered
    assert (page.begun, page.ahead) == (99, set())
    page.count(101)
    page.count(101)
    assert (page.begun, page.ahead) == (99, {101})
    page.count(100)
    assert (page.begun, page.ahead) == (101, set())


async def test_what_is_of_another_format_is_not_made_a_page_of() -> None:
    host = process.host(runner())
    keeper = Keeper(MemoryVault(), time.monotonic)
    for fields in ({}, {"page": b"\x91\x63"}):
        assert await revived(host, Surroundings(), "p", Lease(2, 0, fields), keeper) is None
