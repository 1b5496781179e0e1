"""One suite for every vault."""

from __future__ import annotations

import asyncio
import secrets
import signal
import time
from itertools import count
from typing import Any

import pytest

from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Outcome, Taking, Vault, Withheld, Writing
from liveactions.runtime.tokens import SIZE
from liveactions.store import MemoryVault, RedisVault, close_clients, vault
from liveactions.store.clients import client
from tests.servers import free_port
from tests.store.writing import written

HOUR = 3600.0
T0, T1, T2, T3, T4, T5, T6, FRESH = (bytes([number]) * SIZE for number in range(8))
BOUND = {"bound": b"ana", "token": T1}
TAKEN = {"bound": b"ana", "token": FRESH, "before": T1}

serials = count(1)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def kept(request):
    """A vault that nobody else uses."""
    if request.param == "memory":
        yield MemoryVault()
    else:
        yield RedisVault(request.getfixturevalue("redis_url"), prefix=secrets.token_hex(4))
    await close_clients()


def writing(page: str = "p", fence: int = 1, ttl: float = HOUR, told: int = 0, **more: Any) -> Writing:
    """One that is newer than all before."""
    return Writing(page, fence, more.pop("serial", None) or next(serials), more.pop("since", 0), told, ttl, **more)


async def wrote(kept: Vault, **more: Any) -> Outcome:
    (outcome,) = await written(kept, writing(**more))
    return outcome


def taking(page: str = "p", token: bytes = T1, fresh: bytes = FRESH, **more: Any) -> Taking:
    bound, ack, ttl = more.get("bound", b"ana"), more.get("ack", 0), more.get("ttl", HOUR)
    return Taking(page, bound, token, fresh, ack, ttl, more.get("since"))


async def take(kept: Vault, page: str = "p", **more: Any) -> Any:
    (lease,) = await kept.take([taking(page, **more)])
    return lease


async def test_a_page_is_kept_field_by_field(kept):
    assert await wrote(kept, new=True, put={**BOUND, "a": b"\x00one\xff", "b": b""}) is Outcome.KEPT
    assert await wrote(kept, put={"a": b"two", "c": b"three"}, drop=["b", "never"]) is Outcome.KEPT
    assert (await take(kept)).fields == {**TAKEN, "a": b"two", "c": b"three"}


async def test_many_pages_are_written_in_one_exchange_and_each_has_its_own_outcome(kept):
    for page in ("p", "r"):
        await wrote(kept, page=page, new=True, put=BOUND)
    await take(kept, page="r")
    outcomes = await written(kept, *(writing(page, put={"a": b"1"}) for page in ("p", "q", "r")))
    assert outcomes == [Outcome.KEPT, Outcome.GONE, Outcome.FENCED]
    assert (await take(kept)).fields["a"] == b"1"
    assert "a" not in (await take(kept, page="r", token=FRESH)).fields


async def test_what_is_not_there_is_not_written_unless_it_is_new(kept):
    assert await wrote(kept, put=BOUND) is Outcome.GONE
    assert await take(kept) is None


async def test_who_takes_a_page_fences_everybody_else_out(kept):
    await wrote(kept, new=True, put=BOUND)
    first, second = await take(kept), await take(kept)
    assert (first.fence, second.fence) == (2, 3)
    assert await wrote(kept, fence=1, put={"a": b"stale"}, drop=["token"]) is Outcome.FENCED
    assert await wrote(kept, fence=2, new=True, put={"a": b"stale"}) is Outcome.FENCED
    assert await wrote(kept, fence=3, put={"a": b"fresh"}) is Outcome.KEPT
    assert (await take(kept)).fields == {**TAKEN, "a": b"fresh"}


async def test_of_many_who_take_at_once_exactly_one_may_write(kept):
    await wrote(kept, new=True, put=BOUND)
    leases = await asyncio.gather(*(take(kept) for _ in range(12)))
    assert sorted(lease.fence for lease in leases) == list(range(2, 14))
    outcomes = [await wrote(kept, fence=lease.fence, put={"a": b"1"}) for lease in leases]
    assert outcomes.count(Outcome.KEPT) == 1


@pytest.mark.parametrize("wrong", [{"bound": b"eve"}, {"token": T0}, {"token": b""}, {"page": "q"}], ids=str)
async def test_a_page_is_not_given_to_whoever_cannot_prove_that_it_is_theirs(kept, wrong):
    await wrote(kept, new=True, put=BOUND)
    assert await take(kept, **wrong) is None
    assert await wrote(kept, put={}) is Outcome.KEPT, "and its holder does not notice"


async def test_the_token_before_the_present_one_is_good_as_well(kept):
    await wrote(kept, new=True, put={**BOUND, "token": T2, "before": T1})
    assert await take(kept, token=T2) and await take(kept, token=T1)
    await wrote(kept, fence=3, put={"token": T3}, drop=["before"])
    assert await take(kept, token=T1) is None
    assert await take(kept, token=b"") is None


async def test_every_token_that_was_given_for_the_same_one_is_good(kept):
    """Two sockets have asked, and which of the answers arrives is not known."""
    await wrote(kept, new=True, put=BOUND)
    leases = await kept.take([taking(fresh=fresh) for fresh in (T2, T3)])
    assert [lease.fields["token"] for lease in leases] == [T2, T3]
    for token in (T1, T2, T3):
        assert await take(kept, token=token) is not None
    assert (await take(kept, token=T2)).fields["before"] == T2 + T3 + T1


async def test_of_many_tokens_the_latest_are_good(kept):
    await wrote(kept, new=True, put={**BOUND, "before": T2})
    for fresh in (T3, T4, T5, T6):
        assert await take(kept, fresh=fresh)
    assert await take(kept, token=T2) is None
    assert (await take(kept, token=T6)).fields["before"] == T6 + T1 + T5 + T4


async def test_many_pages_are_taken_in_one_exchange(kept):
    for page in ("p", "q"):
        await wrote(kept, page=page, new=True, put={**BOUND, "a": page.encode()})
    leases = await kept.take([taking("p"), taking("r"), taking("q"), taking("q", bound=b"eve")])
    assert [lease and lease.fields["a"] for lease in leases] == [b"p", None, b"q", None]


# What the vault has lost ---------------------------------------------------------------------------------------


async def test_nothing_is_written_on_top_of_less_than_was_there(kept):
    """Another Redis took over which did not have it all."""
    await wrote(kept, serial=1, new=True, put={**BOUND, "a": b"1", "b": b"1"})
    assert await wrote(kept, serial=4, since=2, put={"b": b"2"}) is Outcome.GONE
    assert await wrote(kept, serial=5, since=1, put={"b": b"3"}) is Outcome.KEPT, "2, 3 and 4 were never answered"
    assert await wrote(kept, serial=6, new=True, put={**BOUND, "b": b"4"}) is Outcome.KEPT
    assert (await take(kept)).fields == {**TAKEN, "b": b"4"}


async def test_a_vault_that_has_lost_who_took_a_page_is_told_by_whoever_holds_it(kept):
    await wrote(kept, new=True, put={**BOUND, "a": b"1"})
    assert await wrote(kept, fence=2, put={"a": b"2"}) is Outcome.GONE
    assert await wrote(kept, fence=2, new=True, put={**BOUND, "b": b"2"}) is Outcome.KEPT
    assert await wrote(kept, fence=1, put={"a": b"3"}) is Outcome.FENCED
    assert (await take(kept)).fields == {**TAKEN, "b": b"2"}


async def test_a_page_that_is_given_anew_counts_once():
    kept = MemoryVault()
    for _ in range(3):
        await wrote(kept, new=True, put={**BOUND, "a": bytes(1000)})
        assert 1000 < kept.bytes < 1100


# What comes late -----------------------------------------------------------------------------------------------


async def test_what_comes_after_a_newer_writing_of_the_same_holder_is_passed_over(kept):
    await wrote(kept, serial=1, new=True, put=BOUND)
    assert await wrote(kept, serial=3, told=7, put={"a": b"new", "b": b"new"}) is Outcome.KEPT
    assert await wrote(kept, serial=2, told=5, put={"a": b"old", "c": b"old"}, drop=["b"]) is Outcome.KEPT
    lease = await take(kept)
    assert (lease.told, lease.fields) == (7, {**TAKEN, "a": b"new", "b": b"new"})


async def test_what_is_said_twice_is_written_once(kept):
    await wrote(kept, serial=1, new=True, put=BOUND)
    again = writing(serial=2, put={"a": b"1"})
    assert await written(kept, again, again) == [Outcome.KEPT, Outcome.KEPT]
    assert await wrote(kept, serial=3, drop=["a"], put={}) is Outcome.KEPT
    assert await written(kept, again) == [Outcome.KEPT]
    assert (await take(kept)).fields == TAKEN


async def test_each_holder_counts_its_own_writings(kept):
    await wrote(kept, serial=50, new=True, put=BOUND)
    await take(kept)
    for serial in (1, 2):
        assert await wrote(kept, fence=2, serial=serial, put={"a": b"%d" % serial}) is Outcome.KEPT
    assert (await take(kept)).fields["a"] == b"2"


async def test_serials_are_compared_as_numbers(kept):
    await wrote(kept, serial=9, new=True, put=BOUND)
    for serial in (10, 2**40, 2**40 + 1):
        await wrote(kept, serial=serial, put={"a": b"%d" % serial})
    await wrote(kept, serial=99, put={"a": b"99"})
    assert (await take(kept)).fields["a"] == b"%d" % (2**40 + 1)


async def test_what_comes_late_does_not_renew_the_time(kept):
    await wrote(kept, serial=2, new=True, put=BOUND, ttl=0.05)
    assert await wrote(kept, serial=1, put={}, ttl=HOUR) is Outcome.KEPT
    await asyncio.sleep(0.1)
    assert await take(kept) is None


@pytest.mark.redis
async def test_a_redis_that_stood_still_may_read_two_connections_in_any_order(redis_server):
    """The link of the first was stuck, say, when it was given up; what was sent over it arrives in the end."""
    prefix = secrets.token_hex(4)
    first, second = (RedisVault(redis_server.url + path, prefix) for path in ("", "/0"))
    try:
        await wrote(first, serial=1, new=True, put=BOUND)
        await wrote(second, serial=2, put={})
        redis_server.send(signal.SIGSTOP)
        try:
            newer = asyncio.ensure_future(wrote(second, serial=4, told=2, put={"a": b"newer", "b": b"newer"}))
            await asyncio.sleep(0)
            older = asyncio.ensure_future(wrote(first, serial=3, told=1, put={"a": b"older"}, drop=["b"]))
            await asyncio.sleep(0)
        finally:
            redis_server.send(signal.SIGCONT)
        assert await asyncio.gather(older, newer) == [Outcome.KEPT, Outcome.KEPT]
        lease = await take(first)
        assert (lease.told, lease.fields) == (2, {**TAKEN, "a": b"newer", "b": b"newer"})
    finally:
        await close_clients()


# A holder that has still to write -------------------------------------------------------------------------------


async def test_a_page_whose_tab_has_seen_more_than_is_kept_is_not_handed_over_before_that_is_kept(kept):
    await wrote(kept, new=True, told=9, put=BOUND)
    assert await take(kept, ack=10) is Withheld.BEHIND
    assert await wrote(kept, told=10, put={"a": b"1"}) is Outcome.KEPT, "its holder does not notice"
    lease = await take(kept, ack=10)
    assert (lease.fence, lease.told, lease.fields) == (2, 10, {**TAKEN, "a": b"1"})


async def test_how_far_it_is_kept_goes_along_to_the_next_holder(kept):
    await wrote(kept, new=True, told=9, put=BOUND)
    await take(kept, ack=9)
    assert await take(kept, ack=10) is Withheld.BEHIND
    assert (await take(kept, ack=9)).told == 9


async def test_who_asks_for_whatever_is_kept_gets_it(kept):
    await wrote(kept, new=True, told=9, put=BOUND)
    assert await take(kept, ack=10) is Withheld.BEHIND
    assert (await take(kept)).told == 9


async def test_a_page_that_is_behind_holds_up_no_others(kept):
    for page, told in (("p", 9), ("q", 1), ("r", 9)):
        await wrote(kept, page=page, new=True, told=told, put=BOUND)
    leases = await kept.take([taking(page, ack=9) for page in "pqr"])
    assert [each is Withheld.BEHIND for each in leases] == [False, True, False]
    assert [each.fence for each in leases if each is not Withheld.BEHIND] == [2, 2]


@pytest.mark.parametrize("wrong", [{"bound": b"eve"}, {"token": T0}, {"page": "q"}], ids=str)
async def test_whoever_it_does_not_belong_to_is_not_told_how_far_it_is(kept, wrong):
    await wrote(kept, new=True, told=9, put=BOUND)
    assert await take(kept, ack=10, **wrong) is None


@pytest.mark.redis
async def test_a_page_that_an_older_version_keeps_is_handed_over_as_it_is(redis_url):
    kept = RedisVault(redis_url, prefix=secrets.token_hex(4))
    try:
        await wrote(kept, new=True, put=BOUND)
        await client(redis_url).hdel(kept.name("p"), "told", "serial")
        assert await wrote(kept, serial=1, put={"a": b"1"}) is Outcome.KEPT
        await client(redis_url).hdel(kept.name("p"), "told", "serial")
        lease = await take(kept, ack=10)
        assert (lease.told, lease.fields) == (0, {**TAKEN, "a": b"1"})
    finally:
        await close_clients()


# The end of a page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [pytest.param(4, id="more than is kept"), pytest.param(None, id="nobody knows what")])
async def test_who_could_not_write_what_the_tab_has_seen_takes_back_a_page_that_was_taken_meanwhile(kept, seen):
    await wrote(kept, new=True, put=BOUND, told=3)
    await take(kept, ack=3)
    late = await take(kept, ack=2)
    fence = await kept.take_back("p", 1, seen)
    assert isinstance(fence, int) and fence > late.fence
    assert await wrote(kept, fence=late.fence, put={"a": b"theirs"}) is Outcome.FENCED
    assert await wrote(kept, fence=fence, new=True, put={**BOUND, "a": b"ours"}, told=4) is Outcome.KEPT
    assert (await take(kept, ack=4)).fields["a"] == b"ours"


@pytest.mark.parametrize("written_by", ["nobody", "who gave it", "who has it back", "somebody later"])
async def test_a_token_that_was_not_kept_is_good_as_long_as_nobody_later_has_written(kept, written_by):
    first = {**BOUND, "story": b"1"}
    await wrote(kept, new=True, put=first, told=3)
    if written_by == "who gave it":
        await wrote(kept, put={"a": b"more"}, told=4)
    else:
        later = (await take(kept, ack=3)).fence
    if written_by == "who has it back":
        await wrote(kept, fence=await kept.take_back("p", 1, seen=4), new=True, put=first, told=4)
    elif written_by == "somebody later":
        await wrote(kept, fence=later, put={"story": b"%d" % later}, told=4)
    lease = await take(kept, token=T1, ack=3, since=1, fresh=T2)
    assert (lease is None) == (written_by == "somebody later")
    assert await take(kept, token=T1, ack=3, fresh=T3) is not None


HELD_BY_OTHERS = {
    "the tab has seen no more than is kept": {"seen": 3, "answer": Withheld.TAKEN},
    "who took it has written": {"wrote": True},
    "who took it has written, however long one waits": {"wrote": True, "seen": None},
    "nobody took it": {"taken": False},
    "it was left": {"left": True},
    "it is not kept": {"page": "q"},
}


@pytest.mark.parametrize("why", HELD_BY_OTHERS)
async def test_a_page_is_not_taken_back_where(kept, why):
    case = HELD_BY_OTHERS[why]
    await wrote(kept, new=True, put=BOUND, told=3)
    lease = await take(kept, ack=3) if case.get("taken", True) else None
    if case.get("wrote"):
        await wrote(kept, fence=lease.fence, put={"a": b"theirs"}, told=3)
    if case.get("left"):
        await kept.leave("p", lease.fence, HOUR)
    assert await kept.take_back(case.get("page", "p"), 1, seen=case.get("seen", 4)) is case.get("answer")
    if lease is not None and not case.get("left"):
        assert await wrote(kept, fence=lease.fence, put={"a": b"theirs"}, told=3) is Outcome.KEPT


async def test_a_page_that_was_left_is_gone_and_cannot_be_written_again(kept):
    await wrote(kept, new=True, put=BOUND)
    assert await kept.leave("p", 1, HOUR) is True
    assert await take(kept) is None
    assert await wrote(kept, new=True, put=BOUND) is Outcome.FENCED


async def test_who_was_fenced_out_cannot_make_others_lose_the_page(kept):
    await wrote(kept, new=True, put=BOUND)
    await take(kept)
    assert await kept.leave("p", 1, HOUR) is False
    assert await take(kept) is not None


@pytest.mark.parametrize("how", ["written", "taken", "left"])
async def test_a_page_is_kept_for_its_time_and_no_longer(kept, how):
    await wrote(kept, new=True, put=BOUND)
    if how == "written":
        await take(kept)
        await wrote(kept, fence=2, put={}, ttl=0.05)
    elif how == "taken":
        await take(kept, ttl=0.05)
    else:
        await kept.leave("p", 1, 0.05)
    deadline = time.monotonic() + 5
    while await wrote(kept, fence=1, put={}) is not Outcome.GONE:
        assert time.monotonic() < deadline, "it never expired"
        await asyncio.sleep(0.01)
    assert await take(kept) is None


async def test_writing_renews_the_time(kept):
    await wrote(kept, new=True, put=BOUND, ttl=0.05)
    await wrote(kept, put={}, ttl=HOUR)
    await asyncio.sleep(0.1)
    assert await take(kept) is not None


async def test_a_page_of_many_fields_is_written_at_once(kept):
    many = {f"f{number}": b"x" for number in range(5000)}
    assert await wrote(kept, new=True, put={**BOUND, **many}) is Outcome.KEPT
    assert await wrote(kept, put={}, drop=list(many)) is Outcome.KEPT
    assert (await take(kept)).fields == TAKEN


async def test_a_memory_vault_pushes_out_what_was_written_longest_ago():
    small = MemoryVault(max_bytes=300)
    for page in "abc":
        await wrote(small, page=page, new=True, put={**BOUND, "a": b"x" * 25})
        await wrote(small, page="a", put={})
    assert [await take(small, page) is not None for page in "abc"] == [True, True, True]
    assert sum(len(value) for each in small.pages.values() for value in each.fields.values()) == small.bytes <= 300
    await wrote(small, page="d", new=True, put={**BOUND, "a": b"x" * 25})
    assert [await take(small, page) is not None for page in "abcd"] == [True, False, True, True]


async def test_a_vault_that_is_away_raises_within_a_second():
    away = RedisVault(f"redis://127.0.0.1:{free_port()}")
    started = time.monotonic()
    with pytest.raises(BusUnavailable, match="Check REDIS_URL"):
        await wrote(away, put={})
    assert time.monotonic() - started < 1.5
    await close_clients()


@pytest.mark.redis
async def test_a_redis_that_forgot_the_scripts_or_dropped_the_connection_is_written_to_all_the_same(redis_url):
    kept = RedisVault(redis_url, prefix=secrets.token_hex(4))
    try:
        await wrote(kept, new=True, put=BOUND)
        await client(redis_url).script_flush()
        assert await wrote(kept, put={"a": b"1"}) is Outcome.KEPT
        await client(redis_url).client_kill_filter(_type="normal", skipme=True)
        assert await wrote(kept, put={"b": b"2"}) is Outcome.KEPT
        assert (await take(kept)).fields == {**TAKEN, "a": b"1", "b": b"2"}
    finally:
        await close_clients()


@pytest.mark.redis
async def test_a_redis_that_does_not_answer_is_given_up_within_a_second_and_asked_again_later(redis_server):
    kept = RedisVault(redis_server.url, prefix=secrets.token_hex(4))
    try:
        await wrote(kept, new=True, put=BOUND)
        redis_server.send(signal.SIGSTOP)
        started = time.monotonic()
        try:
            with pytest.raises(BusUnavailable):
                await wrote(kept, put={"a": b"1"})
        finally:
            redis_server.send(signal.SIGCONT)
        assert time.monotonic() - started < 1.5
        assert await wrote(kept, put={"a": b"2"}) is Outcome.KEPT
        assert (await take(kept)).fields["a"] == b"2"
    finally:
        await close_clients()


@pytest.mark.redis
async def test_who_stops_waiting_for_redis_leaves_no_answer_for_the_next(redis_url):
    kept = RedisVault(redis_url, prefix=secrets.token_hex(4))
    try:
        await wrote(kept, new=True, put=BOUND)
        for _ in range(20):
            waiting = asyncio.ensure_future(wrote(kept, fence=9, put={"a": b"1"}))
            await asyncio.sleep(0)
            waiting.cancel()
            assert await wrote(kept, put={"a": b"2"}) is Outcome.KEPT
    finally:
        await close_clients()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"REDIS_URL": ""}, type(None)),
        ({"REDIS_URL": "", "CHECKPOINT": True}, MemoryVault),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, RedisVault),
        ({"REDIS_URL": "redis://127.0.0.1:1", "CHECKPOINT": False}, type(None)),
    ],
)
def test_pages_are_kept_where_there_is_a_redis_unless_the_settings_say_otherwise(settings, given, kind):
    settings.LIVEACTIONS = given
    assert type(vault()) is kind
    assert vault() is vault()
