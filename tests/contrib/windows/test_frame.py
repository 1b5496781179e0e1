"""The frame around a component in a window."""

from __future__ import annotations

import pytest

from liveactions.contrib.windows import WindowFrame
from liveactions.contrib.windows.manners import background_actions

pytestmark = [pytest.mark.urls("tests.contrib.windows.urls"), pytest.mark.django_db]


def test_it_is_labelled_by_its_title(page):
    page.click("Pay")
    frame = page.find(".live-window")
    assert page.text(f"#{frame.attributes['aria-labelledby']}") == "Take a payment"


def test_a_title_is_text(page):
    page.component("till.desk").call("open", word={"type": "wizard", "model": "till.note", "title": "<b>&"})
    assert page.text(".live-window-title") == "<b>&"
    assert page.find_all(".live-window-title b") == []


def test_the_cross_closes_this_window_whatever_stands_above(page):
    page.component("till.desk").call("many", count=2)
    lower = page.component("till.desk").state and page.find_all(".live-window-cross")[0]
    page.click(lower)
    assert page.texts(".live-window-title") == ["Note 2"]


def test_a_window_knows_which_actions_it_need_not_stay_for(page):
    page.click("Note")
    assert page.find(".live-window").attributes["data-background"] == ""
    assert background_actions("till.importing") == ["run"]


def test_a_window_that_cannot_be_linked_to_has_no_link(page):
    page.click("Note")
    assert page.find(".live-window").attributes["data-link"] == ""
    assert page.component(WindowFrame).state.link == ""
