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


def rows(page):
    return [
        (row.attributes["live-key"], page.drafts.state(row.css_first("input")), "hidden" in row.attributes)
        for row in page.document.select("[live-key]")
    ]


def test_commands_for_a_relation_of_the_parent_change_its_rows(page):
    say(page, "lines")
    assert rows(page) == [("4", "9", False), ("5", "1", True), ("new2", "3", False), ("7", "", False)]
    assert page.drafts.state(page.document.select("[name=lines-4-gift]")[0]) is True
    assert page.drafts.state(page.document.select("[name=lines-5-DELETE]")[0]) is True
    assert page.drafts.fields(page.document.select("form")[0])["lines-new2-qty"] == "3"


def test_a_relation_of_the_parent_is_replaced_or_emptied(page):
    say(page, "only")
    assert [key for key, *_ in rows(page)] == ["5", "8"]
    say(page, "none")
    assert rows(page) == []
    assert page.diagnostics == ['The form has no control named "nothing".']


@pytest.mark.parametrize("label", ["Keep", "Refuse", "Ask", "Even"])
def test_a_box_shows_the_state_when_its_call_has_ended(page, label):
    """Only a bound field holds what was chosen, whatever the HTML says."""
    page.confirm = False
    page.check(label, expect="action.refused" if label == "Refuse" else None)
    box = next(node for node in page.document.select("input") if node.attributes.get("aria-label") == label)
    assert page.drafts.state(box) is (label == "Even")
