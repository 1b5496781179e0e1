"""What a person is told about a wrong value."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, TypeAdapter, ValidationError

from liveactions.components.problems import first_problem, shown


class Line(BaseModel):
    qty: int


def angry(value: str) -> str:
    raise ValueError(f"never {value} " + "again" * 99)


def problem(annotation: Any, value: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(annotation).validate_python(value)
    return first_problem(refused.value, value, "it", **options)


@pytest.mark.parametrize(
    ("annotation", "value", "path"),
    [
        (int, "x", "it"),
        (list[int], [1, "x"], "it.1"),
        (Line, {"qty": "x"}, "it.qty"),
        (Line, {}, "it.qty"),
        (list[Line], [{"qty": 1}, {}], "it.1.qty"),
        (Line | None, {}, "it.qty"),
        (dict[str, Line], {"a": {"qty": []}}, "it.a.qty"),
        (tuple[int, str], [1], "it"),
    ],
)
def test_the_path_leads_through_the_value(annotation, value, path):
    assert problem(annotation, value)[0] == path


def test_the_sentence_says_what_was_expected_and_what_was_seen():
    assert problem(bool, "maybe")[1] == "input should be a valid boolean, unable to interpret input, got 'maybe'"


def test_a_long_value_and_a_long_reason_are_cut():
    path, sentence = problem(Annotated[str, AfterValidator(angry)], "x" * 1000)
    assert path == "it"
    assert len(sentence) < 200
    assert "…" in sentence


def test_of_a_secret_nothing_is_repeated():
    assert "hunter2" not in problem(Annotated[str, AfterValidator(angry)], "hunter2", secret=True)[1]
    assert "hunter2" not in problem(int, "hunter2", secret=True)[1]


def test_of_an_object_only_its_type_is_shown():
    assert shown(Line(qty=1)) == "a Line"


@given(
    st.recursive(
        st.text(max_size=300) | st.binary(max_size=300) | st.integers() | st.none(),
        lambda inner: st.lists(inner, max_size=99) | st.dictionaries(st.text(), inner, max_size=9),
        max_leaves=9,
    )
)
def test_no_value_is_shown_in_more_than_80_characters(value):
    text = shown(value)
    assert len(text) <= 80
    assert text.encode(), "it can be written to any log"
