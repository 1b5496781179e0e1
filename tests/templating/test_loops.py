"""Loops: whatever happens to their rows, the page shows what Django renders, and no more is sent than has changed."""

from __future__ import annotations

from copy import deepcopy

import msgpack
import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.safestring import mark_safe

from liveactions.errors import DeclarationError
from liveactions.rendering.blocks import Kind
from tests.templating.reference import Desk
from tests.templating.rows import KEYED, KEYED_NESTED, POSITIONS, TABLE, Row, Rows, desk, li, people, turned, ul

# What is sent -------------------------------------------------------------------------------------------------------


def test_a_changed_cell_is_sent_alone():
    tried = desk(TABLE, items=people("a", "b", "c"))
    tried.component.items[1].n = 5
    assert turned(tried, "items") == [0, [None, 1, [1, "5"]]]


def test_nothing_is_sent_when_nothing_looks_different():
    tried = desk(TABLE, items=people("a", "b", "c"))
    assert turned(tried, "items") == []
    tried.component.items = deepcopy(tried.component.items)
    assert turned(tried, "items") == []


def test_a_value_that_is_equal_and_looks_different_is_sent():
    tried = desk(TABLE, items=people("a", "<b>"))
    tried.component.items[0].n = False
    tried.component.items[1].name = mark_safe("<b>")
    assert turned(tried, "items") == [0, [None, 0, [1, "False"], 1, [0, "<b>"]]]


@pytest.mark.parametrize(
    "kind",
    [Row, lambda name, n: Group(pk=n, name=name), lambda name, n: {"id": n, "name": name}],
    ids=["object", "model", "dict"],
)
def test_rows_that_came_went_and_moved_are_told_apart(kind):
    source = li("{{ item.name }}")
    a, b, c, d = (kind(name, number) for number, name in enumerate("abcd", 1))
    tried = desk(source, items=[a, b, c])
    tried.component.items = [d, c, a]
    change = turned(tried, "items")
    if isinstance(a, Group):
        assert change == [0, [[-1, [["d"]], 2, 1, 0, 1]]]
    else:  # nothing says that it was not b that became d
        assert change in ([0, [[-1, [["d"]], 2, 1, 0, 1]]], [0, [[1, 2, 0, 1], 0, [0, "d"]]])


def test_a_row_at_the_head_of_a_thousand_is_sent_alone():
    tried = desk(TABLE, items=people(*map(str, range(1000))))
    tried.component.items.insert(0, Row("new", 7))
    assert turned(tried, "items") == [0, [[-1, [["new", "7"]], 0, 1000]]]


def test_one_of_a_thousand_rows_is_forgotten_in_a_few_bytes():
    tried = desk(TABLE, items=people(*map(str, range(1000))))
    del tried.component.items[500]
    assert len(msgpack.packb(turned(tried, "items"))) < 20


def test_rows_that_were_made_anew_are_updated_in_place():
    tried = desk(TABLE, items=[{"name": "a", "n": 1}, {"name": "b", "n": 2}])
    tried.component.items = [{"name": "a", "n": 1}, {"name": "b", "n": 3}, {"name": "c", "n": 4}]
    assert turned(tried, "items") == [0, [[0, 2, -1, [["c", "4"]]], 1, [1, "3"]]]


def test_a_loop_is_not_looked_at_when_its_fields_have_not_changed():
    tried = desk(f"<div>{{{{ title }}}}{TABLE}</div>", items=people("a", "b"))
    with tried.counting() as evaluated:
        assert tried.set(title="new") == [0, "new"]
    assert [slot.kind for slot in evaluated] == [Kind.RUN]


def test_only_slots_that_read_what_has_changed_are_evaluated():
    source = li("{{ item.name|add:title }}<b>{{ item.n|add:title }}</b>")
    tried = desk(source, items=people("a", "b", "c"))
    tried.component.items[1].n = 5
    with tried.counting() as evaluated:
        turned(tried, "items")
    assert [slot.kind for slot in evaluated] == [Kind.LOOP, Kind.RUN]


# Positions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    ["abcde", "bcd", "xabcd", "dcba", "acbd", "a", "", "abc", "cd", "dabc", "bacd"],
    ids=lambda names: names or "none",
)
def test_positions_are_those_of_the_rows_as_they_stand(after):
    rows = {row.name: row for row in people(*"abcdex")}
    tried = desk(POSITIONS, items=[rows[name] for name in "abcd"])
    tried.component.items = [rows[name] for name in after]
    turned(tried, "items")
    tried.component.items = [rows[name] for name in "abcd"]
    turned(tried, "items")


def test_only_the_ends_are_written_when_a_row_is_put_at_the_end():
    source = ul('<li class="{% if forloop.last %}last{% endif %}">{{ item.name }}</li>')
    tried = desk(source, items=people("a", "b", "c"))
    tried.component.items.append(Row("d"))
    assert turned(tried, "items") == [0, [[0, 3, -1, [["last", "d"]]], 2, [0, ""]]]


# What is gone through -----------------------------------------------------------------------------------------------


def test_a_generator_is_asked_once():
    asked = []

    class Asking(Rows):
        def listed(self):
            for number in range(3):
                asked.append(number)
                yield {"name": number}

    tried = Desk(Asking(), li("{{ item.name }}", "item in listed"))
    tried.fresh()
    assert asked == [0, 1, 2]
    assert tried.change() == []
    assert asked == [0, 1, 2] * 2


@pytest.mark.parametrize(
    "source",
    [
        TABLE.replace("items", "found"),
        TABLE.replace("items", "found")
        .replace("</ul>", "{% empty %}none</ul>")
        .replace("{% endfor %}{% empty %}none", "{% empty %}none{% endfor %}"),
    ],
    ids=["plain", "empty"],
)
def test_a_queryset_is_evaluated_once_a_turn(db, django_assert_num_queries, source):
    class Found(Rows):
        @property
        def found(self):
            return Group.objects.order_by("pk")

    Group.objects.create(name="a")
    tried = Desk(Found(), source)
    with django_assert_num_queries(1):
        tried.fresh()
    Group.objects.create(name="b")
    with django_assert_num_queries(1):
        changes = tried.change()
    assert "b" in repr(changes)
    assert tried.html() == tried.django()


def test_rows_of_a_property_are_found_again_by_their_primary_key(db):
    class Found(Rows):
        @property
        def found(self):
            return Group.objects.order_by("-pk")

    Group.objects.create(name="a")
    tried = Desk(Found(), li("{{ item.name }}", "item in found"))
    tried.fresh()
    Group.objects.create(name="b")
    assert tried.change() == [0, [[-1, [["b"]], 0, 1]]]


def test_relations_cost_no_query_that_django_would_not_make(db, django_assert_num_queries):
    from sample_site.desk.models import Customer, Order

    ada = Customer.objects.create(name="Ada", city="Turin")
    for number in (1, 2):
        Order.objects.create(number=number, customer=ada, promised_at=timezone.now())
    shown = li("{{ item.number }}{% if picked %}<b>{{ item.customer.name }}</b>{% endif %}")
    tried = desk(shown, items=list(Order.objects.all()), picked=False)
    tried.component.items[0].note = "x"
    with django_assert_num_queries(0):
        tried.change("items")
    with django_assert_num_queries(2):
        tried.set(picked=True)
    with django_assert_num_queries(0):
        assert tried.set(picked=True) == []
    assert tried.html() == tried.django()


def test_a_row_of_another_length_is_an_error_as_in_django():
    tried = desk(li("{{ a }}{{ b }}", "a, b in items"), items=[(1, 2)])
    tried.component.items = [(1, 2), (1, 2, 3)]
    with pytest.raises(ValueError, match=r"Need 2 values to unpack in for loop; got 3\. "):
        tried.change("items")
    with pytest.raises(ValueError, match=r"Need 2 values to unpack in for loop; got 3\. "):
        tried.django()
    tried.component.items = [(1, 2)]
    assert turned(tried, "items") == []


def test_rows_that_only_django_can_unpack_are_unpacked_by_django():
    source = li("{{ a }} {{ b }}", "a, b in items")
    tried = desk(source, items=[{"x": 1, "y": 2}, ("a", "b")])
    tried.component.items = [{"x": 1, "z": 2}, ("a", "c")]
    turned(tried, "items")
    tried.component.items = [("x", "z"), ("a", "c")]
    turned(tried, "items")
    tried.component.items = [{"x": 1, "z": 2}]
    turned(tried, "items")


# live-key -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [KEYED, KEYED_NESTED], ids=["plain", "nested"])
def test_a_live_key_goes_before_all_other_keys(source):
    tried = desk(source, items=people("a", "b", "c"))
    tried.component.items = [Row("c", 9), Row("a", 0)]
    assert turned(tried, "items")[1] == [[2, 1, 0, 1], 0, [1, "9"]]


CYCLING = ul("""<li live-key="{{ item.name }}">{{ item.n }}<i>{% cycle 'a' 'b' %}{% cycle 'x' 'y' %}</i></li>""")
FICKLE_KEY = ul('<li live-key="{{ item.name }}{% ifchanged item.n %}!{% endifchanged %}">{{ item.n }}</li>')


def test_a_live_key_goes_before_other_keys_where_rows_depend_on_one_another():
    tried = desk(CYCLING, items=people("a", "b", "c"))
    tried.component.items = [Row("c", 9), Row("a", 0)]
    assert turned(tried, "items")[1][0] == [2, 1, 0, 1]


def test_a_key_that_depends_on_the_rows_before_is_not_looked_at_twice():
    tried = desk(FICKLE_KEY, items=people("a", "b"))
    tried.component.items = [*people("x"), *tried.component.items]
    turned(tried, "items")


@pytest.mark.parametrize("source", [KEYED, KEYED_NESTED], ids=["plain", "nested"])
def test_a_live_key_that_is_there_twice_is_named_with_its_component_and_template(source):
    tried = desk(source, items=people("a", "b"))
    tried.component.items[1].name = "a"
    with pytest.raises(DeclarationError, match=r"Rows, tried\.html, line 1: .* live-key '(k-)?a'"):
        tried.change("items")
    with pytest.raises(DeclarationError):
        tried.fresh()


def test_rows_whose_live_key_has_not_changed_are_not_asked_for_it():
    tried = desk(KEYED.replace("item.name", "item.name|upper"), items=people("a", "b"))
    tried.component.items[1].n = 5
    with tried.counting() as evaluated:
        turned(tried, "items")
    assert Kind.ATTRIBUTE not in [slot.kind for slot in evaluated]
