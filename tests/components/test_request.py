"""The action request: who called what."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from liveactions.components import ActionRequest


def test_a_request_without_anything_is_nobodys():
    request = ActionRequest()
    assert (request.user, request.page, request.component, request.action, request.call) == (None, "", 0, "", 0)
    assert (request.args, request.event, request.flags) == ({}, {}, {})
    assert request.is_interactive


def test_a_tab_is_a_page_session():
    assert ActionRequest(page="p1").tab == "p1"


@pytest.mark.parametrize(
    ("flags", "confirmed"),
    [({"confirmed": True}, True), ({"confirmed": 1}, False), ({"confirmed": "no"}, False), ({}, False)],
)
def test_only_true_confirms(flags, confirmed):
    assert ActionRequest(flags=flags).confirmed is confirmed


def test_a_request_does_not_change():
    with pytest.raises(FrozenInstanceError):
        ActionRequest().user = "ana"


def test_two_requests_share_nothing():
    assert ActionRequest().args is not ActionRequest().args


def test_whoever_gave_it_out_can_be_told_that_its_user_is_read():
    read = []
    request = ActionRequest(user="ana")
    assert request.user == "ana"
    request.notice(lambda: read.append(1))
    assert (request.page, read) == ("", [])
    assert (request.user, read) == ("ana", [1])


def test_requests_are_equal_if_they_say_the_same():
    noticed = ActionRequest(user="ana")
    noticed.notice(lambda: None)
    assert noticed == ActionRequest(user="ana") != ActionRequest(user="ben")
    assert repr(noticed) == repr(ActionRequest(user="ana"))
