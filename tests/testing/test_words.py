"""What pages without a browser do about the words that are about more than HTML."""

from __future__ import annotations

import pytest

from liveactions.results import Notify
from tests.testing.asking import Confetti, Desk


@pytest.fixture
def page(live):
    return live.open(Desk)


def say(page, which):
    return page.call("say", which=which)


def test_f17_a_download_closes_nothing(page):
    say(page, "large")
    assert page.find_all("dialog[open]")


def test_f1_close_closes_the_window_and_says_so_afterwards(page):
    say(page, "close")
    assert page.find_all("dialog[open]") == []
    assert page.got(Notify) == [Notify("Closed", color="green")]


def test_tabs_logs_and_results_of_the_application_can_be_read(page):
    for which in ("tab", "log", "custom"):
        say(page, which)
    assert page.tabs == ["/there/"]
    assert [(line.text, line.level) for line in page.logs] == [("a line", "warning")]
    assert page.customs == [Confetti(7)]


def test_the_button_of_a_message_asks_the_server_for_what_is_its_to_do(page):
    say(page, "button")
    assert page.logs == []
    page.click("More")
    assert [line.text for line in page.logs] == ["a line"]


def test_f16_a_button_without_a_label_is_called_open_and_does_all_of_several(page):
    say(page, "bare button")
    page.click("Open")
    assert page.toasts == ["Saved", "first", "second"]


def test_records_and_rows_are_signals(page):
    say(page, "record")
    say(page, "rows")
    values = page.component(Desk).signals
    assert values["record"] == {"name": "Ana"}
    assert (values["rows"], values["count"], values["title"], values["no_data_text"]) == (
        [[1, "a"]],
        1,
        "The first",
        "None",
    )


def test_values_for_the_parent_are_entered_in_its_form(page):
    say(page, "parent")
    assert page.drafts.state(page.document.select("input")[0]) == "Ben"
