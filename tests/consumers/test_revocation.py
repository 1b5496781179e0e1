"""Who signs out, or loses the account, loses the open pages; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.models import Permission
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from liveactions import Component, action
from liveactions.consumers.process import pages
from liveactions.threads import runner
from tests.wires import Connect, Wire

pytestmark = pytest.mark.django_db(transaction=True)


class Vault(Component):
    template = "<p>{{ opened }}</p>"
    opened: int = 0

    @action(permission="auth.view_group")
    def open(self) -> None:
        self.opened += 1


async def make_user(name: str) -> Any:
    return await sync_to_async(get_user_model().objects.create_user)(name, password="secret")


def sign_out(wire: Wire) -> None:
    """As the logout view of the browser that holds ``wire`` does."""
    request = RequestFactory().get("/")
    cookies = dict(wire.scope["headers"])[b"cookie"].decode()
    request.session = SessionStore(cookies.partition("=")[2])
    request.user = wire.user
    logout(request)


async def test_signing_out_ends_the_pages_of_that_browser_and_leaves_the_others(connect: Connect) -> None:
    user = await make_user("ana")
    here, elsewhere = await connect(user), await connect(user)
    await runner().run(lambda: sign_out(here))
    assert await here.bye() == ("user.changed", 4401)
    await elsewhere.place("tests.vault")
    assert not elsewhere.gone


async def test_a_page_that_was_ended_cannot_be_resumed(connect: Connect) -> None:
    wire = await connect(await make_user("ana"))
    token = wire.token
    await runner().run(lambda: sign_out(wire))
    await wire.bye()
    again = Wire({}, wire.user)
    again.scope = wire.scope
    welcome = await again.open([token, 0, {}])
    assert not welcome.recovered
    await again.drop()


async def test_a_deactivated_user_is_put_out_at_once(connect: Connect) -> None:
    user = await make_user("ana")
    wire = await connect(user)
    user.is_active = False
    await user.asave()
    assert await wire.bye() == ("user.changed", 4401)


async def test_a_new_password_ends_pages_that_were_opened_with_the_old_one(connect: Connect) -> None:
    user = await make_user("ana")
    wire = await connect(user)
    user.set_password("another")
    await user.asave()
    assert await wire.bye() == ("user.changed", 4401)


async def test_a_deleted_user_is_put_out_at_once(connect: Connect) -> None:
    user = await make_user("ana")
    wire = await connect(user)
    await user.adelete()
    assert (await wire.bye())[0] == "user.changed"


async def test_a_permission_that_is_taken_away_counts_after_the_next_look_at_the_user(
    connect: Connect, clock: Any
) -> None:
    user = await make_user("ana")
    permission = await Permission.objects.aget(codename="view_group")
    await user.user_permissions.aadd(permission)
    wire = await connect(user)
    await wire.place("tests.vault")
    assert (await wire.call(1, "open")).refusal is None
    await user.user_permissions.aremove(permission)
    clock.move(61)
    await wire.resync()
    pages().check(wire.page)
    answer = await wire.call(1, "open")
    assert answer.refusal is not None
    assert answer.refusal[0] == "action.forbidden"


async def test_signing_in_again_elsewhere_disturbs_nobody(connect: Connect) -> None:
    user = await make_user("ana")
    wire = await connect(user)
    await user.asave(update_fields=["last_login"])
    await wire.place("tests.vault")
    assert not wire.gone


@pytest.mark.parametrize(("heard", "after", "ended"), [(False, 6, True), (False, 4, False), (True, 6, False)])
async def test_a_sign_out_that_may_have_gone_unheard_is_looked_for_after_a_few_seconds(
    connect: Connect, clock: Any, heard: bool, after: float, ended: bool
) -> None:
    wire = await connect(await make_user("ana"))
    cookies = dict(wire.scope["headers"])[b"cookie"].decode()
    await sync_to_async(SessionStore(cookies.partition("=")[2]).flush)()  # nobody says so
    clock.move(after)
    await wire.resync()
    pages().host.hub.reachable = heard
    pages().check(wire.page)
    pages().host.hub.reachable = True
    if ended:
        assert await wire.bye() == ("user.changed", 4401)
    else:
        await wire.place("tests.vault")
        assert not wire.gone
