from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

from liveactions.contrib.records.changes import ACTOR
from liveactions.contrib.records.middleware import acting_user


@pytest.mark.parametrize(("user", "name"), [(User(username="ben", first_name="Ben"), "Ben"), (AnonymousUser(), "")])
def test_what_a_view_changes_is_told_as_made_by_its_user(user, name):
    request = RequestFactory().get("/")
    request.user = user

    async def later(_):
        return ACTOR.get().name

    assert acting_user(lambda _: ACTOR.get().name)(request) == name
    assert asyncio.run(acting_user(later)(request)) == name
    assert ACTOR.get().name == ""


def test_the_user_is_not_asked_for_before_something_has_changed():
    request = RequestFactory().get("/")

    class Unasked:
        def __getattr__(self, name):
            raise AssertionError("asked")

    request.user = Unasked()
    assert acting_user(lambda _: "done")(request) == "done"
