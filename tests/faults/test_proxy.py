"""A link passes on what it is given, and breaks as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tests.faults.links import Outside
from tests.faults.proxy import BLACKHOLE, HOST, OK, REFUSE, SWALLOW, Link, Mode, Passage, Side

PATIENCE = 10


@asynccontextmanager
async def echo(prefix: bytes = b"") -> AsyncIterator[int]:
    """A server that says back what it hears; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(prefix)
            while data := await reader.read(65_536):
                writer.write(data)
        except OSError:
            pass  # it was cut
        finally:
            writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Visitor:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def says(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await self.hears(len(data))

    async def hears(self, count: int) -> bytes:
        return await asyncio.wait_for(self.reader.readexactly(count), PATIENCE)

    async def rest(self) -> bytes:
        """What still comes until the connection is cut."""
        got = b""
        try:
            while data := await asyncio.wait_for(self.reader.read(65_536), PATIENCE):
                got += data
        except OSError:
            pass  # that is how
        return got


@asynccontextmanager
async def visitor(link: Link | Outside) -> AsyncIterator[Visitor]:
    reader, writer = await asyncio.open_connection(HOST, link.port)
    try:
        yield Visitor(reader, writer)
    finally:
        writer.transport.abort()


async def is_refused(link: Link | Outside) -> bool:
    """Whether a connection comes to nothing. It may break before whoever makes it hears that it was made."""
    try:
        async with visitor(link) as guest:
            return await guest.rest() == b""
    except ConnectionError:
        return True


async def test_what_is_said_arrives_in_both_directions():
    async with echo() as port, Link("line", [port]) as link, visitor(link) as one, visitor(link) as other:
        assert await one.says(b"a" * 1_000_000) == b"a" * 1_000_000
        assert await other.says(b"b") == b"b"


async def test_connections_go_to_the_targets_in_turn_and_past_those_that_are_gone():
    async with echo(b"1") as one, echo(b"2") as two, Link("line", [one, two]) as link:
        async with visitor(link) as a, visitor(link) as b, visitor(link) as c:
            assert {await a.hears(1), await b.hears(1)} == {b"1", b"2"}
            assert await c.hears(1) in (b"1", b"2")
        link.targets = [1, two]
        async with visitor(link) as a, visitor(link) as b:
            assert [await a.hears(1), await b.hears(1)] == [b"2", b"2"]


async def test_the_turns_of_a_target_that_is_gone_are_shared_by_all_others():
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(echo(name)) for name in (b"1", b"2")]
        link = await stack.enter_async_context(Link("line", [one, two, 1]))
        guests = [await stack.enter_async_context(visitor(link)) for _ in range(12)]
        assert sorted([await guest.hears(1) for guest in guests]) == [b"1"] * 6 + [b"2"] * 6


async def test_a_target_with_fewer_connections_than_the_others_is_given_the_next_ones():
    async with AsyncExitStack() as stack:
        names = (b"1", b"2", b"3")
        ports = [await stack.enter_async_context(echo(name)) for name in names]
        link = await stack.enter_async_context(Outside("line", ports[:2], fewest=True))

        async def come(count: int) -> list[bytes]:
            guests = [await stack.enter_async_context(visitor(link)) for _ in range(count)]
            return sorted([await guest.hears(1) for guest in guests])

        assert await come(6) == [b"1"] * 3 + [b"2"] * 3
        link.targets = ports
        assert await come(3) == [b"3"] * 3
        assert await come(3) == [b"1", b"2", b"3"]


async def test_nobody_is_let_in_while_connections_are_refused():
    async with echo() as port, Link("line", [port]) as link:
        link.set(REFUSE)
        with pytest.raises(OSError):  # noqa: PT012  # at once, or when something is said
            async with visitor(link) as one:
                await one.says(b"a")
                raise ConnectionResetError
        link.set(OK)
        async with visitor(link) as one:
            assert await one.says(b"a") == b"a"


async def test_what_is_held_follows_in_order_when_it_is_let_go():
    async with echo() as port, Link("line", [port]) as link, visitor(link) as one:
        assert await one.says(b"before") == b"before"
        link.set(BLACKHOLE)
        one.writer.write(b"one")
        await asyncio.sleep(0.05)
        one.writer.write(b"two")
        await asyncio.sleep(0.05)
        assert not one.reader._buffer, "nothing has passed"
        link.set(OK)
        assert await one.hears(6) == b"onetwo"


async def test_what_is_swallowed_never_comes_and_other_connections_are_not_concerned():
    async with echo() as port, Link("line", [port]) as link, visitor(link) as one:
        assert await one.says(b"a") == b"a"
        link.set(SWALLOW, new=False)
        one.writer.write(b"lost")
        async with visitor(link) as other:
            assert await other.says(b"b") == b"b"
        link.set(OK)
        one.writer.write(b"what follows is not passed on either, as if nothing had been lost before it")
        async with visitor(link) as other:
            assert await other.says(b"c") == b"c"
        assert not one.reader.at_eof()
        assert not one.reader._buffer


async def test_pieces_that_are_delayed_stay_in_order():
    async with echo() as port, Link("line", [port], seed=3) as link:
        link.set(Mode(delay=0.01, jitter=0.05))
        async with visitor(link) as one:
            for number in range(20):
                one.writer.write(b"%02d" % number)
                await asyncio.sleep(0.002)
            assert await one.hears(40) == b"".join(b"%02d" % number for number in range(20))


async def test_a_connection_is_cut_when_so_many_bytes_have_passed():
    async with echo() as port, Link("line", [port], seed=1) as link:
        link.set(Mode(cut_after=500))
        async with visitor(link) as one:
            one.writer.write(b"x" * 5000)
            assert len(await one.rest()) <= 1000


def test_the_same_seed_cuts_the_same_connection_at_the_same_byte():
    def budgets(seed: int) -> list[int]:
        link = Link("line", [], seed)
        link.set(Mode(cut_after=500))
        return [Passage(link, Side(link)).left for _ in range(4)]

    assert budgets(1) == budgets(1) != budgets(2)
    assert all(0 < budget <= 1000 for budget in budgets(1))


async def test_all_connections_can_be_cut_at_once_and_new_ones_made():
    async with echo() as port, Link("line", [port]) as link, visitor(link) as one, visitor(link) as two:
        assert await one.says(b"a") + await two.says(b"b") == b"ab"
        assert link.cut() == 2
        assert await one.rest() + await two.rest() == b""
        async with visitor(link) as again:
            assert await again.says(b"c") == b"c"


async def test_a_connection_over_which_nothing_comes_is_cut_if_that_is_said():
    async with echo() as port, Link("line", [port]) as link:
        link.set(Mode(idle=0.05))
        async with visitor(link) as one:
            assert await one.rest() == b""


async def test_a_link_in_a_process_of_its_own_does_what_it_is_told():
    async with echo(b"1") as one, echo(b"2") as two, Outside("line", [one]) as link:
        async with visitor(link) as guest:
            assert await guest.hears(1) == b"1"
            assert await guest.says(b"hello") == b"hello"
            link.cut()
            assert await guest.rest() == b""
        link.targets = [two]
        async with visitor(link) as guest:
            assert await guest.hears(1) == b"2"
        link.set(REFUSE)
        assert await is_refused(link)
        link.set(OK)
        async with visitor(link) as guest:
            assert await guest.hears(1) == b"2"
