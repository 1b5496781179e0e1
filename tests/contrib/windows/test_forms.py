"""Forms that are made of bound fields."""

from __future__ import annotations

import datetime
import enum
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.db import models
from pydantic import Field

from liveactions import Component, field
from liveactions.contrib.windows.forms import bound_names, form_for, taken


class Size(enum.Enum):
    SMALL = 1
    VERY_LARGE = 2


class Stage(models.TextChoices):
    NEW = "new", "Just in"
    DONE = "done", "All done"


class Everything(Component):
    template = "<p></p>"

    text: str = field("", bind=True)
    number: int = field(0, bind=True)
    price: Decimal = field(Decimal(0), bind=True)
    rate: float = field(0.0, bind=True)
    yes: bool = field(False, bind=True)
    day: datetime.date = field(datetime.date(2026, 1, 2), bind=True)
    moment: datetime.datetime | None = field(None, bind=True)
    hour: datetime.time | None = field(None, bind=True)
    uid: UUID | None = field(None, bind=True)
    way: Literal["by_sea", "by_air"] = field("by_sea", bind=True)
    count: Literal[1, 2] | None = field(None, bind=True)
    size: Size = field(Size.SMALL, bind=True)
    stage: Stage = field(Stage.NEW, bind=True)
    sizes: list[Size] = field(default_factory=list, bind=True)
    group: Group | None = field(None, bind=True)
    groups: list[Group] = field(default_factory=list, bind=True)
    small: Annotated[int, Field(le=9)] = field(1, bind=True)
    hidden: str = "not asked for"


def form_class(cls=Everything, **options):
    given = {"labels": {}, "help_texts": {}, "widgets": {}, "required": frozenset()}
    return form_for(cls, **{**given, **options})


FILLED = {
    "text": "",
    "number": "3",
    "price": "1.50",
    "rate": "0.5",
    "yes": "on",
    "day": "2026-02-03",
    "moment": "2026-02-03T04:05",
    "hour": "04:05",
    "uid": "12345678-1234-5678-1234-567812345678",
    "way": "by_air",
    "count": "2",
    "size": "2",
    "stage": "done",
    "sizes": ["1", "2"],
    "small": "9",
}


def test_it_has_the_bound_fields_in_their_order():
    assert list(form_class().base_fields) == bound_names(Everything)
    assert "hidden" not in form_class().base_fields


@pytest.mark.django_db
def test_values_arrive_as_the_annotations_want_them():
    group = Group.objects.create(name="Till")
    form = form_class()({**FILLED, "group": str(group.pk), "groups": [str(group.pk)]})
    assert form.is_valid(), form.errors
    values = taken(Everything, form)
    assert form.errors == {}
    moment = values.pop("moment")
    assert (moment.hour, moment.minute) == (4, 5)
    assert values == {
        "text": "",
        "number": 3,
        "price": Decimal("1.50"),
        "rate": 0.5,
        "yes": True,
        "day": datetime.date(2026, 2, 3),
        "hour": datetime.time(4, 5),
        "uid": UUID("12345678-1234-5678-1234-567812345678"),
        "way": "by_air",
        "count": 2,
        "size": Size.VERY_LARGE,
        "stage": Stage.DONE,
        "sizes": [Size.SMALL, Size.VERY_LARGE],
        "group": group,
        "groups": [group],
        "small": 9,
    }
    component = Everything()
    for name, value in values.items():
        setattr(component, name, value)


@pytest.mark.django_db
def test_what_may_be_empty_is_what_the_annotation_says():
    form = form_class()({})
    assert set(form.errors) == {"number", "price", "rate", "day", "way", "size", "stage", "small"}
    assert "text" in form_class(required=frozenset({"text"}))({}).errors


@pytest.mark.django_db
def test_what_the_annotation_does_not_allow_is_an_error_of_the_field():
    form = form_class()({**FILLED, "small": "10"})
    assert form.is_valid()
    taken(Everything, form)
    assert form.errors == {"small": ["Input should be less than or equal to 9"]}


def test_choices_have_words():
    fields = form_class().base_fields
    assert fields["way"].choices == [("by_sea", "By sea"), ("by_air", "By air")]
    assert fields["size"].choices == [(1, "Small"), (2, "Very large")]
    assert fields["stage"].choices == [("new", "Just in"), ("done", "All done")]
    assert fields["count"].choices[0] == ("", "—")


@pytest.mark.django_db
def test_days_are_written_as_browsers_want_them():
    html = str(form_class()(initial={"day": datetime.date(2026, 2, 3)})["day"])
    assert 'type="date"' in html
    assert 'value="2026-02-03"' in html


def test_labels_helps_and_widgets_may_be_given():
    fields = form_class(
        labels={"text": "A word"}, help_texts={"text": "Any"}, widgets={"text": forms.Textarea}
    ).base_fields
    assert (fields["text"].label, fields["text"].help_text) == ("A word", "Any")
    assert isinstance(fields["text"].widget, forms.Textarea)


def test_an_annotation_without_a_control_is_named():
    class Odd(Component):
        template = "<p></p>"
        table: dict[str, int] = field(default_factory=dict, bind=True)

    with pytest.raises(TypeError, match=r"Odd\.table: there is no control"):
        form_class(Odd)
