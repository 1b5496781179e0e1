"""The action request of a Django site."""

from __future__ import annotations

import pytest
from django.utils import translation

from liveactions import ActionRequest
from liveactions.components import ActionRequest as Pure
from liveactions.errors import LocalError


def test_it_is_a_request_and_works_without_anything():
    request = ActionRequest()
    assert isinstance(request, Pure)
    assert not request.is_interactive
    assert (request.response, request.compile(), list(request.selected_rows)) == ({}, [], [])


def test_a_user_is_enough(ana):
    request = ActionRequest(user=ana)
    request.success(f"Hello {request.get_user()}")
    assert request.spawn_request().user == ana


@pytest.mark.parametrize("debug", [True, False])
def test_what_is_dropped_is_told_in_debug(settings, debug):
    settings.DEBUG = debug
    assert ActionRequest().dev is debug


def test_its_own_words_are_in_the_language_of_the_user():
    with translation.override("de"):
        request = ActionRequest(page="p1")
        request.confirm(print, "Wirklich?")
    (callback,) = request.compile()
    assert callback.buttons == [["yes", "Ja"], ["no", "Nein"]]


def test_an_asynchronous_answer_is_waited_for_where_that_can_be():
    async def yes(answered):
        answered.success("done", alert=True)

    request = ActionRequest()
    request.confirm(yes, "Sure?")
    assert request.response["message"] == "done"


async def test_and_refused_where_it_cannot():
    async def yes(answered): ...

    with pytest.raises(LocalError, match="await"):
        ActionRequest().confirm(yes, "Sure?")


def test_two_are_equal_if_they_say_the_same():
    assert ActionRequest(user="ana", limit=3) == ActionRequest(user="ana")
    assert ActionRequest(user="ana") != ActionRequest(user="ben")
