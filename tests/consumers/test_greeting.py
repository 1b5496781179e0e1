"""Between the rendering of a page and its socket nothing that is said to its user is lost."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model

from liveactions import Toast, abroadcast, audience
from liveactions.bus import cursor_now
from liveactions.wire.frames import Apply, Hello, Streams, Welcome
from tests.wires import Connect, Wire, items

pytestmark = pytest.mark.django_db(transaction=True)


async def greeted(connect: Connect, since: int | None) -> Wire:
    """A new tab of a user, whose page was rendered at the cursor ``since``."""
    known = await connect(await get_user_model().objects.aget(username="ana"))
    wire = Wire({}, known.user)
    wire.scope = known.scope
    await wire.dial()
    wire.send(Hello("test", None, since))
    await wire.next(Welcome)
    return wire


async def test_a_toast_between_rendering_and_connecting_arrives_once(connect: Connect) -> None:
    user = await sync_to_async(get_user_model().objects.create_user)("ana")
    await abroadcast(audience.user(user), Toast("before"))
    rendered = cursor_now()
    await abroadcast(audience.user(user), Toast("between"))
    wire = await greeted(connect, rendered)
    told = await wire.next(Apply)
    assert items(told) == [(None, Toast("between"))]
    assert (await wire.next(Streams)).streams[told.stream][1] == told.offset
    await abroadcast(audience.user(user), Toast("after"))
    assert items(await wire.next(Apply)) == [(None, Toast("after"))]
    await wire.drop()


async def test_a_page_that_does_not_say_when_it_was_rendered_is_told_only_what_is_new(connect: Connect) -> None:
    user = await sync_to_async(get_user_model().objects.create_user)("ana")
    await abroadcast(audience.user(user), Toast("before"))
    wire = await greeted(connect, None)
    await wire.next(Streams)
    await abroadcast(audience.user(user), Toast("after"))
    assert items(await wire.next(Apply)) == [(None, Toast("after"))]
    await wire.drop()
