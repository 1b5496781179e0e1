"""While the site is developed, the log tells what is allowed and is probably a mistake."""

from __future__ import annotations

import pytest

from liveactions import HTML, Component, Redirect, Toast, action


class Careless(Component):
    name = "advice.careless"
    template = "<p></p>"

    @action
    def go_and_say(self):
        return [Redirect("/"), Toast("never heard"), Toast("neither")]

    @action
    def delete_with_content(self):
        return HTML("<p>x</p>", "#x", swap="delete")

    @action
    def do_it_well(self):
        return [HTML(None, "#x", swap="none"), Toast("heard"), Redirect("/")]


async def told(connect, caplog, name) -> str:
    wire = await connect()
    await wire.place("advice.careless")
    caplog.clear()
    await wire.call(1, name)
    return caplog.text


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("go_and_say", "go_and_say: item 0 is Redirect: the 2 after it are never performed"),
        ("delete_with_content", 'HTML with swap="delete" has content'),
    ],
)
async def test_a_mistake_is_told_while_the_site_is_developed(connect, caplog, settings, name, advice):
    settings.DEBUG = True
    assert advice in await told(connect, caplog, name)
    settings.DEBUG = False
    assert advice not in await told(connect, caplog, name)


async def test_what_is_done_well_is_not_commented(connect, caplog, settings):
    settings.DEBUG = True
    assert await told(connect, caplog, "do_it_well") == ""
