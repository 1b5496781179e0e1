"""Shared components in a process: one gallery for its log, one place for actions on each event loop."""

from __future__ import annotations

import asyncio

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from liveactions import SharedComponent, bus, shared
from liveactions.http import embed
from liveactions.threads import runner


class Open(SharedComponent):
    name = "test_shared.open"
    template = "<p>open</p>"


class Closed(SharedComponent):
    name = "test_shared.closed"
    template = "<p>closed</p>"

    def may_view(self, user):
        return False


def test_there_is_one_gallery_in_the_language_of_the_site(settings):
    assert shared.gallery() is shared.gallery()
    assert shared.gallery().around.language == settings.LANGUAGE_CODE
    settings.LANGUAGE_CODE = "de"
    assert shared.gallery().around.language == "de"


def test_each_event_loop_has_a_place_for_actions_until_its_bus_is_closed():
    async def on_a_loop():
        here = shared.sharing(runner())
        assert shared.sharing(runner()) is here
        await bus.close_hub()
        assert asyncio.get_running_loop() not in shared.by_loop
        return here

    assert asyncio.run(on_a_loop()) is not asyncio.run(on_a_loop())


def test_a_page_with_one_that_its_user_may_not_see_is_forbidden():
    with pytest.raises(PermissionDenied):
        embed(RequestFactory().get("/"), "test_shared.closed", {})


def test_what_is_forgotten_is_not_kept():
    embed(None, "test_shared.open", {})
    (key,) = [key for key in shared.gallery().pictures if key.startswith("test_shared.open.")]
    assert bus.states().load_now(key) is not None
    shared.forget()
    assert bus.states().load_now(key) is None
