"""Components without a page."""

from __future__ import annotations

import pytest

from liveactions import ActionRequest, Component
from liveactions.errors import ArgumentError
from liveactions.requests.mounting import html_of, mounted

ENDED = []


class Greeting(Component):
    name = "tests.requests.greeting"
    template = "<p>Hello {{ whom }} from {{ me }}</p>"
    whom: str
    me: str = ""

    async def mount(self, whom: str):
        self.whom = whom
        self.me = str(self.user)

    def unmount(self):
        ENDED.append(self.whom)


request = ActionRequest(user="ana")


def test_a_class_is_mounted_for_the_user_and_unmounted_again():
    ENDED.clear()
    assert "Hello Bo from ana" in html_of(Greeting, request, {"whom": "Bo"})
    assert ENDED == ["Bo"]


def test_parameters_are_checked():
    with pytest.raises(ArgumentError, match="whom"):
        html_of(Greeting, request, {})


def test_an_instance_is_taken_as_it_is_and_left():
    ENDED.clear()
    greeting = Greeting()
    greeting.whom, greeting.id = "<Al>", 7
    html = html_of(greeting, request, {})
    assert "Hello &lt;Al&gt;" in html
    assert 'live-id="7"' in html
    assert ENDED == []


def test_it_is_unmounted_also_if_something_fails():
    ENDED.clear()
    with pytest.raises(ZeroDivisionError), mounted(Greeting, request, {"whom": "Bo"}):
        raise ZeroDivisionError
    assert ENDED == ["Bo"]
