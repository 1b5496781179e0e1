from __future__ import annotations

from datetime import datetime, timezone

import pytest

from sample_site.desk.forms import NewOrderForm, promised
from sample_site.desk.models import Order, Product
from sample_site.notices.forms import NoticeForm


@pytest.fixture
def typed(shop):
    customer, product = shop
    return {"customer": customer.pk, "product": product.pk, "quantity": "2", "promise": "soon", "note": "Ring"}


def test_a_good_form_places_an_order(typed, ana):
    form = NewOrderForm(typed)
    assert form.is_valid()
    order = form.save(actor=ana)
    assert (order.lines.get().quantity, order.note) == (2, "Ring")


def test_every_wrong_field_says_so_at_the_field(db):
    form = NewOrderForm({"quantity": "0"})
    assert sorted(form.errors) == ["customer", "product", "promise", "quantity"]
    html = str(form["quantity"])
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_quantity_error"' in html


def test_more_than_there_is_is_refused_at_the_quantity(typed):
    form = NewOrderForm({**typed, "quantity": "11"})
    assert form.errors == {"quantity": ["Only 10 of Notebook left."]}


def test_what_somebody_else_took_a_moment_ago_is_refused_at_the_quantity(typed, ana):
    form = NewOrderForm(typed)
    assert form.is_valid()
    Product.objects.update(stock=0)
    assert form.save(actor=ana) is None
    assert form.errors == {"quantity": ["Notebook is sold out."]}
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("choice", "hour", "expected"),
    [
        ("soon", 9, datetime(2030, 5, 6, 11, tzinfo=timezone.utc)),
        ("evening", 9, datetime(2030, 5, 6, 18, tzinfo=timezone.utc)),
        ("evening", 19, datetime(2030, 5, 7, 18, tzinfo=timezone.utc)),
        ("tomorrow", 9, datetime(2030, 5, 7, 12, tzinfo=timezone.utc)),
        ("week", 9, datetime(2030, 5, 13, 12, tzinfo=timezone.utc)),
    ],
)
def test_a_promise_means_a_moment(settings, choice, hour, expected):
    settings.TIME_ZONE = "UTC"
    assert promised(choice, datetime(2030, 5, 6, hour, tzinfo=timezone.utc)) == expected


@pytest.mark.parametrize(
    ("kind", "wrong"), [("toast", ["text"]), ("notice", ["text"]), ("badge", ["number"]), ("", ["kind", "text"])]
)
def test_a_notice_asks_only_for_what_its_kind_needs(people, kind, wrong):
    form = NoticeForm({"to": "everyone", "kind": kind, "level": "info"})
    assert sorted(form.errors) == wrong


def test_a_notice_to_nobody_is_refused(people):
    assert "to" in NoticeForm({"to": "user:eve", "kind": "toast", "level": "info", "text": "Hi"}).errors
