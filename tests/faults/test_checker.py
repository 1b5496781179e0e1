"""The checker finds what is wrong with a history, and nothing where nothing is."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.faults.checker import check
from tests.faults.history import Called, Delivery, Diary, Heard, History, Message, Notice, Typed
from tests.faults.stories import EPOCH, calls_of, page, publication, stories


def history(*, news: int = 4, outcomes: tuple[str, ...] = ("ok", "ok")) -> History:
    """Two pages that heard the same, and did something each."""
    told = History(publications=[publication(n) for n in range(1, news + 1)])
    for name in ("p0", "p1"):
        calls = calls_of(name, outcomes)
        told.pages.append(page(name, told.publications, calls))
        told.effects += [called.call for called in calls if called.outcome == "ok"]
    return told


def invariants(told: History, **allowed: bool) -> list[str]:
    return sorted({violation.invariant for violation in check(told, **allowed)})


def without(diary: Diary, serial: int) -> None:
    """The page did not hear this one, nor did its component."""
    rewrite(diary, [each for each in diary.heard if each.message.serial != serial])


def rewrite(diary: Diary, deliveries: list[Delivery]) -> None:
    diary.heard = Heard()
    heard = trail = 0
    for each in deliveries:
        diary.heard.add(each)
        if each.said:
            heard, trail = heard + 1, zlib.crc32(str(each.message).encode(), trail)
    assert diary.state is not None
    diary.state = diary.state._replace(heard=heard, heard_trail=trail)


# A right history ----------------------------------------------------------------------------------------------


@given(stories())
def test_nothing_is_found_where_nothing_is_wrong(told: History):
    assert check(told) == []


def test_what_a_page_knew_when_it_was_rendered_need_not_reach_it():
    told = history()
    told.pages[0] = page("p0", told.publications, told.pages[0].calls, seen=2)
    assert check(told) == []


def test_what_was_not_acknowledged_may_be_missing_or_not():
    told = history()
    told.publications[2] = publication(3, acknowledged=False)
    without(told.pages[0], 3)
    assert check(told) == []


# A wrong one --------------------------------------------------------------------------------------------------


@given(stories(), st.data())
def test_a_message_that_is_missing_anywhere_is_found(told: History, data: st.DataObject):
    full = [diary for diary in told.pages if len(diary.heard)]
    assume(full)
    diary = data.draw(st.sampled_from(full))
    without(diary, data.draw(st.sampled_from([each.message.serial for each in diary.heard])))
    assert invariants(told) == ["I1"]


@given(stories(), st.data())
def test_a_message_that_comes_twice_anywhere_is_found(told: History, data: st.DataObject):
    full = [diary for diary in told.pages if len(diary.heard)]
    assume(full)
    diary = data.draw(st.sampled_from(full))
    deliveries = list(diary.heard)
    rewrite(diary, [*deliveries, deliveries[-1]._replace(offset=100)])
    assert "I2" in invariants(told)


@given(stories(), st.data())
def test_an_effect_too_many_and_one_that_is_missing_are_found(told: History, data: st.DataObject):
    assume(told.effects)
    call = data.draw(st.sampled_from(told.effects))
    told.effects.append(call)
    assert invariants(told) == ["I4"]
    answered = {each.call: each.outcome for diary in told.pages for each in diary.calls}
    told.effects = [each for each in told.effects if each != call]
    assert invariants(told) == (["I5"] if answered[call] == "ok" else [])


def test_an_effect_that_nobody_asked_for_is_found():
    told = history()
    told.effects.append("somebody else's")
    assert invariants(told) == ["I4"]


def test_pages_that_hear_in_another_order_are_found():
    told = history()
    first, second, *rest = told.pages[0].heard
    swapped = [second._replace(offset=first.offset), first._replace(offset=second.offset), *rest]
    rewrite(told.pages[0], swapped)
    assert invariants(told) == ["I3"]


def test_an_order_that_is_not_that_of_the_publisher_is_found_even_if_all_pages_have_it():
    told = history()
    for diary in told.pages:
        first, second, *rest = diary.heard
        rewrite(diary, [second._replace(offset=first.offset), first._replace(offset=second.offset), *rest])
    assert invariants(told) == ["I3"]


def test_a_text_that_has_changed_on_the_way_is_found():
    told = history()
    first, *rest = told.pages[0].heard
    rewrite(told.pages[0], [first._replace(digest=1), *rest])
    assert invariants(told) == ["I3"]


def test_a_call_that_was_never_answered_is_found():
    told = history()
    told.pages[0].calls.append(Called("p0-3", "book", 3.0))
    assert invariants(told) == ["I5"]


def test_a_call_that_was_refused_although_it_was_done_is_found():
    told = history()
    told.pages[0].calls[-1].outcome = "bus.unavailable"
    assert "I5" in invariants(told)


def test_a_component_that_has_forgotten_or_doubled_a_call_is_found():
    told = history()
    state = told.pages[0].state
    assert state is not None
    for count in (state.count - 1, state.count + 1):
        told.pages[0].state = state._replace(count=count)
        assert invariants(told) == ["I6"]


def test_what_a_page_was_shown_with_an_answer_is_what_its_calls_had_made_by_then():
    told = history(outcomes=("ok", "ok", "ok"))
    first, second, _ = told.pages[0].calls
    trail = zlib.crc32(first.call.encode())
    second.shown = 2, zlib.crc32(second.call.encode(), trail)
    assert check(told) == []
    second.shown = 1, trail
    assert invariants(told) == ["I6"]


def test_of_calls_in_doubt_nothing_is_left_open_that_a_page_was_shown_later():
    told = history(outcomes=("call.lost", "call.lost", "ok") * 100)
    for diary in told.pages:
        count = trail = 0
        for called in diary.calls:
            if called.outcome == "ok":
                count, trail = count + 1, zlib.crc32(called.call.encode(), trail)
                called.shown = count, trail
    assert check(told) == []


def test_a_page_with_so_many_calls_in_doubt_that_its_state_proves_nothing_is_told():
    told = history(outcomes=("call.lost",) * 60)
    assert [str(each) for each in check(told)] == [
        f"I6 {name}: so many of its calls are in doubt that nothing can be said of its state" for name in ("p0", "p1")
    ]


def test_a_component_that_did_not_hear_what_its_page_did_is_found():
    told = history()
    state = told.pages[0].state
    assert state is not None
    told.pages[0].state = state._replace(heard=state.heard - 1)
    assert invariants(told) == ["I6"]


def test_a_component_that_was_mounted_afresh_is_found_unless_that_is_allowed():
    told = history(outcomes=("ok", "ok", "ok"))
    diary = told.pages[0]
    diary.mounted_at.append(1)
    states = calls_of("p0", ["ok", "ok", "ok"])[1:]
    trail = 0
    for called in states:
        trail = zlib.crc32(called.call.encode(), trail)
    assert diary.state is not None
    diary.state = diary.state._replace(count=2, trail=trail)
    diary.notices.append(Notice(1.0))
    assert (invariants(told), invariants(told, sessions_lost=True)) == (["I6"], [])


def test_a_session_may_be_lost_with_a_process_that_had_nobody_to_tell_and_at_no_other_time():
    told = history()
    diary = told.pages[0]
    diary.mounted_at.append(0)
    diary.notices.append(Notice(30.0))
    rewrite(diary, [])
    told.unkept.append((29.0, 39.0))
    assert check(told) == []
    told.unkept = [(31.0, 41.0)]
    assert invariants(told) == ["I1", "I6"]


def test_a_session_that_was_lost_with_its_process_may_be_looked_for_as_long_as_redis_keeps_going_away():
    told = history()
    diary = told.pages[0]
    diary.mounted_at.append(0)
    diary.notices.append(Notice(60.0))
    rewrite(diary, [])
    told.unkept.append((29.0, 39.0))
    diary.lost, diary.back = [10.0, 30.0, 35.0], [20.0, 59.9999]
    assert check(told) == []
    diary.lost, diary.back = [10.0, 30.0, 45.0], [20.0, 40.0, 59.9999]
    assert invariants(told) == ["I1", "I6"]


def test_typed_text_that_stands_otherwise_is_found():
    told = history()
    told.typed.append(Typed("browser1", ("typed", 4), ("typed", 4)))
    assert check(told) == []
    told.typed.append(Typed("browser2", ("typed", 4), ("typ", 3)))
    assert invariants(told) == ["I7"]


# What may be lost ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("notice", "found"), [(None, ["I8"]), (Notice(1.0), ["I8"]), (Notice(9.0, EPOCH, 4), [])])
def test_news_may_be_lost_where_that_is_allowed_if_the_page_is_told_afterwards(notice: Notice | None, found: list[str]):
    told = history()
    without(told.pages[0], 3)
    told.pages[0].notices += [notice] if notice else []
    assert invariants(told, news_lost=True) == found
    assert invariants(told) == ["I1"]


@pytest.mark.parametrize("told_are", [(), ("p0",), ("p1",), ("p0", "p1")])
def test_a_place_may_have_held_two_things_only_where_news_may_be_lost_and_both_pages_are_told(
    told_are: tuple[str, ...],
):
    told = history()
    told.publications.append(publication(5))
    swap = [each for each in told.pages[1].heard if each.message.serial != 4]
    fork = Delivery(EPOCH, 4, publication(5).message, publication(5).digest, publication(5).said, 4.0)
    rewrite(told.pages[1], [*swap, fork])
    for diary in told.pages:
        diary.notices += [Notice(9.0, EPOCH, 5)] if diary.name in told_are else []
    assert ("I3" in invariants(told, news_lost=True)) == (told_are != ("p0", "p1"))
    assert "I3" in invariants(told)


def test_a_page_that_may_be_mounted_afresh_may_miss_news_then_if_it_is_told_afterwards():
    told = history()
    diary = told.pages[0]
    without(diary, 3)
    diary.notices.append(Notice(9.0, EPOCH, 4))
    assert invariants(told, sessions_lost=True) == ["I1"]
    diary.mounted_at.append(0)
    assert invariants(told, sessions_lost=True) == []
    diary.notices[:] = [Notice(1.0)]
    assert invariants(told, sessions_lost=True) == ["I8"]


def test_a_history_keeps_what_it_is_given():
    delivery = Delivery("epoch", 2**40, Message(100, 4_900_017), 2**32 - 1, True, 12.5)
    heard = Heard()
    heard.add(delivery)
    heard.add(delivery._replace(epoch="another", offset=1, said=False))
    assert list(heard) == [delivery, delivery._replace(epoch="another", offset=1, said=False)]
