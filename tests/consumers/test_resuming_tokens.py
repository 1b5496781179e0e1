"""A page goes on in another process, for whom it belongs to."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from liveactions.threads import runner
from liveactions.wire.frames import Pong

pytestmark = pytest.mark.django_db(transaction=True)


async def test_every_resume_has_a_token_of_its_own_and_the_one_before_is_good_until_that_is_used(two):
    wire = await two.tab()
    again = await two.killed(wire)
    assert again.token != wire.token
    third = await two.killed(again, token=wire.token)
    assert third.welcome.recovered, "its WELCOME may have been lost"
    third.send(Pong(third.ack))
    await third.call(1, "count")
    assert not (await two.killed(third, cut=False, token=wire.token)).welcome.recovered
    assert not (await two.killed(third, cut=False, token=again.token)).welcome.recovered
    assert (await third.call(1, "count")).refusal is None, "and its holder did not notice"


@pytest.mark.parametrize("where", ["here", "elsewhere"])
async def test_a_page_that_has_asked_twice_goes_on_with_the_answer_that_it_got(two, where):
    """Its first socket was lost, and what had asked over it had its turn only after the second was answered."""
    wire = await two.tab()
    await wire.call(1, "count")
    two.move()
    again = await two.back(wire)
    if where == "elsewhere":
        two.move()
    late = await two.back(wire, cut=False)
    await late.drop()
    third = await two.back(again)
    assert third.welcome.recovered
    assert (await third.call(1, "count")).items == [[1, 12, '<p live-id="1">2</p>']]


@pytest.mark.parametrize("where", ["here", "elsewhere"])
async def test_a_duplicated_tab_gets_a_session_of_its_own(two, where):
    wire = await two.tab()
    again = await two.back(wire)
    await again.call(1, "count")
    if where == "elsewhere":
        two.move()
    twin = await two.back(again, cut=False, token=wire.token, ack=wire.ack)
    assert not twin.welcome.recovered and twin.page_id != wire.page_id
    assert (await again.call(1, "count")).items == [[1, 12, '<p live-id="1">2</p>']]


FORGERIES = {
    "no token": "",
    "another page": "x" * 16 + ".{secret}",
    "another secret": "{page}." + "x" * 22,
    "no secret": "{page}.",
    "the page alone": "{page}",
    "not ASCII": "{page}.é",
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_token_that_was_never_given_is_good_for_nothing(two, name):
    wire = await two.tab()
    page, _, secret = wire.token.partition(".")
    forged = FORGERIES[name].format(page=page, secret=secret)
    assert not (await two.back(wire, cut=False, token=forged)).welcome.recovered
    assert not (await two.killed(wire, cut=False, token=forged)).welcome.recovered
    assert (await wire.call(1, "count")).refusal is None


@pytest.mark.parametrize("where", ["here", "elsewhere"])
@pytest.mark.parametrize("differs", ["user", "session", "origin"])
async def test_a_token_is_of_no_use_to_another_user_session_or_origin(two, settings, differs, where):
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "ORIGINS": ["http://other.example"]}
    ana, eve = await runner().run(lambda: [User.objects.create_user(name) for name in ("ana", "eve")])
    wire = await two.tab(user=ana)
    headers = dict(wire.scope["headers"])
    if differs == "origin":
        headers[b"origin"] = b"http://other.example"
    else:
        other = await two.connect(eve if differs == "user" else ana)
        headers = dict(other.scope["headers"])
    if where == "elsewhere":
        two.move()
    stolen = await two.back(wire, cut=False, headers=list(headers.items()))
    assert not stolen.welcome.recovered
    assert (await wire.call(1, "count")).refusal is None, "and the owner does not even notice"


@pytest.mark.parametrize("how", ["signed out", "deactivated"])
async def test_who_was_sent_away_meanwhile_does_not_come_back(two, how):
    from django.contrib.sessions.backends.db import SessionStore

    ana = await runner().run(lambda: User.objects.create_user("ana"))
    wire = await two.tab(user=ana)
    await wire.drop()
    if how == "deactivated":
        await runner().run(lambda: User.objects.filter(pk=ana.pk).update(is_active=False))
    else:
        key = dict(wire.scope["headers"])[b"cookie"].decode().partition("=")[2]
        await runner().run(lambda: SessionStore(key).delete())
    assert not (await two.killed(wire, cut=False)).welcome.recovered
