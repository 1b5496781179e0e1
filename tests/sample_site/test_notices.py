from __future__ import annotations

import pytest

from liveactions import Signal, Toast
from sample_site.notices import sending
from sample_site.notices.models import Notice
from tests.sample_site.conftest import user_stream


@pytest.mark.parametrize(("to", "stream", "count"), [("everyone", "@all", 2), ("topic:billing", "team.billing", 1)])
def test_a_toast_goes_out_once_whoever_is_meant(people, told, to, stream, count):
    assert sending.send(to, "Lunch") == count
    assert told == [(stream, (Toast("Lunch"),), None, None, {})]


def test_a_toast_to_one_user_goes_to_that_user(ben, told):
    assert sending.send("user:ben", "Call back", "warning", sender="ana") == 1
    assert told[0].stream == user_stream(ben)
    assert told[0].results == (Toast("Call back", level="warning", title="From ana"),)


def test_what_is_kept_raises_the_unread_count_of_each_recipient(ana, ben, told):
    sending.send("user:ana", "First", keep=True)
    told.clear()
    sending.send("topic:warehouse", "Second", keep=True)
    counts = {one.stream: one.results for one in told[1:]}
    assert counts == {user_stream(ana): (Signal("$unread", 2),), user_stream(ben): (Signal("$unread", 1),)}


def test_reading_takes_the_count_to_zero_on_every_page_of_the_reader_only(ana, ben, told):
    sending.send("everyone", "News", keep=True)
    told.clear()
    assert sending.mark_read(ana) == 1
    assert told == [(user_stream(ana), (Signal("$unread", 0),), "notices_changed", None, {})]
    assert Notice.objects.unread_of(ben).count() == 1


def test_a_badge_is_one_signal_for_all_and_is_not_kept(people, told):
    assert sending.set_badge("everyone", 7) == 2
    assert told == [("@all", (Signal("$unread", 7),), None, None, {})]
    assert not Notice.objects.exists()


@pytest.mark.parametrize("to", ["user:eve", "topic:cellar", "", "ana"])
def test_nobody_is_refused_and_the_known_ones_are_named(people, told, to):
    with pytest.raises(sending.UnknownRecipient, match="user:ana, user:ben"):
        sending.send(to, "Hello", keep=True)
    assert told == []


def test_a_user_follows_the_topics_of_their_teams(ana, ben):
    assert sorted(sending.topics_of(ana)) == ["team.billing", "team.warehouse"]
    assert sending.topics_of(ben) == ["team.warehouse"]
