"""What a window can tell of a component by its class."""

from __future__ import annotations

import pytest

from liveactions.contrib.windows import WizardComponent
from liveactions.contrib.windows.manners import can_be_linked, title_of
from liveactions.errors import CallError
from tests.contrib.windows import components

assert components


def test_a_title_is_made_of_the_name_of_the_class():
    class PostTwoInvoicesWizard(WizardComponent):
        name = "till.post_two_invoices"

    class Wizard(WizardComponent):
        name = "till.wizard"

    assert title_of("till.post_two_invoices") == "Post two invoices"
    assert title_of("till.wizard") == "Wizard"
    assert title_of("till.card") == "Card"


def test_a_class_may_say_its_title():
    class Post(WizardComponent):
        name = "till.post"
        window_title = "Post it"

    assert title_of("till.post") == "Post it"


def test_only_what_says_so_can_be_linked():
    assert can_be_linked("till.search") is True
    assert can_be_linked("till.note") is False
    assert can_be_linked("till.card") is False


def test_an_unknown_component_is_refused():
    with pytest.raises(CallError):
        title_of("till.nobody")
