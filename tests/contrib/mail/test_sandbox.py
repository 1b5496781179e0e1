"""Templates that people write say what they like, see what may be shown, and reach nothing else."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.template import TemplateSyntaxError

from liveactions.contrib.mail.models import MessageTemplate
from liveactions.contrib.mail.sandbox import compiled, render, shown, text_of
from sample_site.desk.models import Customer, Order


@pytest.fixture
def order(db, django_user_model):
    ada = Customer.objects.create(name="Ada & <b>Co</b>", city="Turin")
    now = datetime.datetime(2026, 3, 9, 12, tzinfo=datetime.timezone.utc)
    fields = {field.name for field in Order._meta.concrete_fields}
    given = {"number": 7, "customer": ada, "promised_at": now}
    return Order.objects.create(**{name: value for name, value in given.items() if name in fields})


def text(source, **known):
    return render("", source, **known).body


def test_fields_are_filled_in_and_escaped(order):
    made = render(
        "Order {{ record.number }}\nfor {{ record.customer.name }}", "<p>{{ record.customer.name }}</p>", record=order
    )
    assert made.subject == "Order 7 for Ada & <b>Co</b>"  # a subject is text
    assert made.body == "<p>Ada &amp; &lt;b&gt;Co&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    "source",
    [
        "{% load i18n %}",
        "{% load static %}",
        '{% include "admin/base.html" %}',
        '{% extends "admin/base.html" %}',
        "{% debug %}",
        '{% url "admin:index" %}',
        "{% autoescape off %}{{ record }}{% endautoescape %}",
        "{% csrf_token %}",
        "{% lorem 100000000 w %}",
        "{{ record.customer.name|safe }}",
        "{{ record|pprint }}",
        "{% live 'desk.board' %}",
        "{% filter safe %}x{% endfilter %}",
        "{% if %}",
    ],
)
def test_what_reaches_further_is_refused(source, order):
    with pytest.raises(TemplateSyntaxError):
        compiled(source)
    with pytest.raises(ValidationError):
        MessageTemplate(name="x", body=source).clean()


@pytest.mark.parametrize(
    "source",
    [
        "{{ record.delete }}",
        "{{ record.save }}",
        "{{ record.pk.bit_length }}",
        "{{ record.customer.delete }}",
        "{{ record._record.number }}",
        "{{ record.objects.count }}",
        "{{ record._meta.label }}",
        "{{ record.number.__class__ }}",
        "{{ user.password }}",
        "{{ user.get_session_auth_hash }}",
        "{{ user.user_permissions.all }}",
        "{{ settings.SECRET_KEY }}",
        "{{ request }}",
    ],
)
def test_methods_secrets_and_the_inside_of_things_are_not_there(source, order, django_user_model):
    user = django_user_model.objects.create_user("ana", password="secret")
    try:
        found = text(source, record=order, user=user)
    except TemplateSyntaxError:
        return
    assert found in ("", str(order.pk.bit_length()) if "bit_length" in source else "")
    assert Order.objects.filter(pk=order.pk).exists()


def test_a_class_may_list_what_is_shown_of_it(order, monkeypatch):
    monkeypatch.setattr(Order, "mail_fields", ["shout", "customer", "siblings"], raising=False)
    monkeypatch.setattr(Order, "shout", property(lambda self: "ORDER!"), raising=False)
    monkeypatch.setattr(Order, "siblings", property(lambda self: Order.objects.all()), raising=False)
    source = "{{ record.shout }}|{{ record.number }}|{% for each in record.siblings %}{{ each.shout }}{% endfor %}"
    assert text(source, record=order) == "ORDER!||ORDER!"


def test_values_are_shown_as_people_write_them(order):
    assert text("{{ record.customer }}", record=order) == "Ada &amp; &lt;b&gt;Co&lt;/b&gt;, Turin"
    assert text("{{ record.get_stage_display }}", record=order) == "New"
    assert text('{{ record.promised_at|date:"j F" }}', record=order, language="de") == "9 März"
    assert shown(Decimal("1.50")) == Decimal("1.50")
    assert shown(print).startswith("<built-in")
    assert shown({"a": [order]})["a"][0]["number"] == 7


def test_the_text_of_html_is_for_those_who_read_none():
    assert text_of("<p>One &amp; two</p><ul><li>three</li><li>four</li></ul>a<br>b") == "One & two\n\nthree\nfour\na\nb"
