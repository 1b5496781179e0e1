"""Words about windows, and about what stands under them."""

from __future__ import annotations

import pytest

from liveactions import Close, Notify, Refresh, SendMessage, Toast, WindowAction, Wizard
from liveactions.errors import ResultError
from liveactions.results import from_dict


def test_f15_a_wizard_calls_action_confirm_unless_it_says_otherwise():
    assert Wizard("shop.pay").method == "action_confirm"
    assert Wizard("shop.pay", method="pay").method == "pay"


def test_the_message_after_closing_is_green_unless_it_is_a_result():
    assert Close(notify="Posted").notify == Notify("Posted", color="green")
    assert Close(notify=Toast("x")).notify == Toast("x")


def test_both_shapes_of_a_window_action_are_understood():
    assert WindowAction("shop.order", action=7) == WindowAction("shop.order", 7)
    assert from_dict({"type": "window_action", "action": 7, "model": "Invoice"}) == WindowAction("Invoice", 7)
    assert from_dict({"type": "window_action", "identifier": "sale.orders", "record_id": 7}).record_id == 7


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (WindowAction, "needs a model or an identifier"),
        (lambda: WindowAction("a.b", 1, "c"), "and not both"),
        (lambda: WindowAction("a.b"), "record_id must be a primary key"),
        (lambda: WindowAction("a.b", 1, action=2), "two records"),
        (lambda: WindowAction("a.b", 1, target="main"), "target='main'"),
        (lambda: Wizard(""), "model must be a non-empty string"),
        (lambda: Wizard("a.b", method=""), "method must be a non-empty string"),
        (lambda: Refresh("everything"), "scope='everything'"),
        (lambda: SendMessage(modal_type="chat"), "modal_type='chat'"),
        (lambda: SendMessage(contacts=[{"phone": 1}]), "A contact has no 'phone'"),
        (lambda: Close(notify={"type": "toast"}), "Close.notify must be a result"),
    ],
)
def test_what_makes_no_sense_is_refused(make, sentence):
    with pytest.raises(ResultError, match=sentence):
        make()


def test_one_name_of_a_lazy_value_is_a_list_of_one():
    assert Refresh(delayed="total").delayed == ("total",)
    assert Refresh(delayed=["a", "b"]).delayed == ("a", "b")
    assert Refresh(delayed=True).delayed is True


@pytest.mark.parametrize("word", [Wizard("a.b"), WindowAction("a.b", 1), SendMessage()])
def test_the_server_performs_what_it_has_to_look_up(word):
    assert word.local
