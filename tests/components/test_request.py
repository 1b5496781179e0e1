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
