"""What rows read besides themselves: it is looked at when it may have changed, and not otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.utils.safestring import mark_safe

from liveactions.rendering.blocks import Kind
from tests.templating.reference import Desk
from tests.templating.rows import ENGINE, PICKED, Row, Rows, desk, dry, li, people, turned, ul


def test_a_field_that_rows_read_is_sent_where_it_makes_a_difference():
    tried = desk(PICKED, items=people(*"abcdef"))
    assert tried.set(picked=3) == [0, [None, 0, [0, ""], 3, [0, "on"]]]
    assert tried.html() == tried.django()
    assert tried.set(picked=3) == []


def test_a_list_in_a_row_is_sent_when_it_has_changed():
    source = li("{{ item.name }}<b>{{ item.tags|join:', ' }}</b>")
    tried = desk(source, items=[Row("a", tags=["x"]), Row("b", tags=["y"])])
    tried.component.items[1].tags.append("z")
    assert turned(tried, "items") == [0, [None, 1, [1, "y, z"]]]
    assert turned(tried, "items") == []


def test_what_is_not_data_is_looked_at_in_every_turn():
    source = li("{{ item.greet }}<b>{{ item.shout }}</b>")
    row = Row("a")
    tried = desk(source, items=[row])
    assert turned(tried) == []
    row.name = "b"
    assert turned(tried) == [0, [None, 0, [0, "Hello b", 1, "b!"]]]


@dataclass
class Owner:
    """Holds rows, and answers for more than it shows."""

    _rows: list[Any]

    @property
    def listed(self) -> list[Any]:
        return self._rows

    @property
    def first(self) -> str:
        return self._rows[0].name if self._rows else ""


@pytest.mark.parametrize(
    "source",
    [
        li("{{ item.name }}<b>{{ forloop.counter }}</b>", "item in owner.listed"),
        li("{% for tag in item.tags %}<b>{{ tag }}</b>{% endfor %}", "item in owner.listed"),
        "<ul>{% with rows=owner.listed %}{% for item in rows %}<li>{{ item.name }}</li>{% endfor %}{% endwith %}</ul>",
        li("{{ forloop.revcounter }}", "item in owner.listed"),
        li("{{ forloop.last }}{% for x in owner.listed %}<b>{{ x.n }}</b>{% endfor %}", "item in owner.listed"),
    ],
)
def test_rows_that_were_not_reached_through_data_are_looked_at_in_every_turn(source):
    rows = [Row("a", 1, ["x"]), Row("b", 2, ["y", "z"])]
    tried = desk(source, owner=Owner(rows))
    assert turned(tried) == []
    rows.reverse()
    rows[0].name, rows[0].n, rows[0].tags = "c", 3, ["w"]
    turned(tried)
    rows.insert(0, Row("d", 4, ["v"]))
    assert turned(tried) != []
    dry(tried)
    del rows[1]
    turned(tried)


@pytest.mark.parametrize(
    "source",
    [
        ul('<li class="{% if item.name == owner.first %}first{% endif %}">{{ item.n }}</li>'),
        "{% with name=owner.first %}" + li("{{ item.n }}<b>{{ item.nothing|default:name }}</b>") + "{% endwith %}",
        li("{% if item.shout == 'c!' %}<b>c</b>{% endif %}"),
        li("{% if item.shout == 'c!' %}<b>c</b>{% endif %}{% for tag in item.tags %}<i>{{ tag }}</i>{% endfor %}"),
    ],
)
def test_what_rows_read_besides_is_looked_at_in_every_turn_if_it_is_not_data(source):
    rows, others = people("a", "b"), people("a")
    tried = desk(source, items=rows, owner=Owner(others))
    assert turned(tried) == []
    rows[1].name = others[0].name = "c"
    assert turned(tried) != []
    assert turned(tried) == []


def test_rows_that_come_later_may_be_the_first_to_read_what_is_not_data():
    source = ul('<li class="{% if item.name == owner.first %}on{% endif %}">{{ item.n|add:picked }}</li>')
    others = people("a")
    tried = desk(source, items=[], owner=Owner(others))
    tried.component.items = people("a", "b")
    turned(tried, "items")
    others[0].name = "b"
    assert turned(tried) == [0, [None, 0, [0, ""], 1, [0, "on"]]]


@pytest.mark.parametrize(
    "inner", ["", "{% for tag in item.tags %}<b>{{ tag }}</b>{% endfor %}"], ids=["tracked", "evaluated"]
)
def test_rows_of_a_property_are_looked_at_in_every_turn(inner):
    picked = '<li class="{% if item.name == owner.first %}on{% endif %}">{{ item.n }}'
    source = ul(f"{picked}{inner}</li>", "item in computed")
    others = people("a")
    tried = desk(source, items=people("a", "b"), owner=Owner(others))
    tried.component.items.append(Row("c"))
    assert turned(tried, "title") != []
    others[0].name = "b"
    assert turned(tried, "title") == [0, [None, 0, [0, ""], 1, [0, "on"]]]


def test_what_inner_rows_read_of_the_outer_one_is_sent_where_it_makes_a_difference():
    source = li("{% for tag in item.tags %}<b>{% if tag == item.name %}own{% endif %}</b>{% endfor %}")
    tried = desk(source, items=[Row("a", tags=["a", "b"]), Row("b", tags=["b", "c"])])
    tried.component.items[1].name = "c"
    assert turned(tried, "items") == [0, [None, 1, [0, [None, 0, [0, ""], 1, [0, "own"]]]]]
    tried.component.items[0].n = 9
    with tried.counting() as evaluated:
        assert turned(tried, "items") == []
    assert [slot.kind for slot in evaluated] == [Kind.LOOP] * 3


def test_components_in_rows_that_are_gone_do_not_stand_there_any_more():
    source = "{% load live %}<ul>{% for item in items %}<li>{% live 'child' key=item.name %}</li>{% endfor %}</ul>"
    tried = desk(source, items=people("a", "b", "c"))
    tried.component.items = [tried.component.items[2], *people("d", "a")]
    turned(tried, "items")
    assert tried.nursery.standing == {"child:a", "child:c", "child:d"}
    tried.component.items = []
    turned(tried, "items")
    assert tried.nursery.standing == set()


def test_components_stay_when_everything_is_rendered_afresh():
    source = "{% load live %}<ul>{% for item in items %}<li>{% live 'child' %}</li>{% endfor %}</ul>"
    tried = desk(source, items=people("a", "b", "c"))
    tried.component.items.reverse()
    tried.component.items.pop()
    assert tried.fresh() == "<ul><li><i>child:#2</i></li><li><i>child:#1</i></li></ul>"
    assert tried.nursery.standing == {"child:#1", "child:#2"}


def test_an_object_that_is_written_itself_is_looked_at_in_every_turn():
    tried = desk(li("{{ item }}"), items=[Row("a"), Row("b")])
    tried.component.items[0].name = "c"
    changes = turned(tried)
    assert len(changes[1]) == 3
    assert turned(tried) == []


def test_a_branch_is_told_by_what_it_reads():
    source = li("{% if item.n %}<b>{{ item.name }}</b>{% else %}<i>none</i>{% endif %}")
    tried = desk(source, items=people("a", "b"))
    tried.component.items[0].n = 4
    assert turned(tried, "items") == [0, [None, 0, [0, [0, ["a"]]]]]
    tried.component.items[0].name = "c"
    assert turned(tried, "items") == [0, [None, 0, [0, [0, ["c"]]]]]
    tried.component.items[1].name = "d"
    turned(tried, "items")


def test_what_a_branch_does_not_reach_is_not_asked_for():
    class Touchy(Row):
        @property
        def costly(self) -> str:
            raise AssertionError("asked")

    source = li("{% if item.n %}<b>{{ item.costly }}</b>{% endif %}{{ item.name }}")
    tried = desk(source, items=[Touchy("a"), Touchy("b")])
    tried.component.items[0].name = "c"
    turned(tried, "items")


def test_rows_that_read_the_same_are_evaluated_once():
    source = li("{% if item.n %}<b>{{ item.n }} {{ title }}</b>{% endif %}<i>{{ item.n|add:picked }}</i>")
    tried = desk(source, items=[Row(str(number), number % 3) for number in range(30)])
    with tried.counting() as evaluated:
        tried.fresh()
    assert tried.html() == tried.django()
    assert len(evaluated) < 20


@pytest.mark.parametrize(
    "numbers", [(1, True, 1.0), (0.0, -0.0), (Decimal("1.0"), Decimal("1.00")), ("a", mark_safe("a"))]
)
def test_rows_that_read_what_is_equal_and_looks_different_are_evaluated_each(numbers):
    rows = [Row("a", number) for number in numbers]
    desk(li("{{ item.n|default_if_none:title }}{% if picked %}{{ item.n }}{% endif %}"), items=rows, picked=1)
    desk(li("{{ item.n|stringformat:'s' }}<b>{{ item.n }}</b>"), items=rows)


def test_a_row_that_does_not_read_data_makes_no_other_row_like_it():
    asked = []

    class Counting(Row):
        @property
        def next(self) -> int:
            asked.append(self)
            return len(asked)

    rows = [Counting("a", 1), Counting("b", 1)]
    component = Rows()
    component.items, component.owner = rows, Counting("owner")
    tried = Desk(component, li("{% if item.n %}{{ owner.next }}{% endif %}"), ENGINE)
    assert tried.fresh() == "<ul><li>1</li><li>2</li></ul>"


def test_rows_that_went_without_a_touch_are_noticed_by_their_number():
    rows = people("a", "b")
    tried = desk(li("{% if item.n == picked %}<b>{{ item.name }}</b>{% endif %}"), items=rows)
    rows.pop()
    tried.set(picked=5)
    assert tried.html() == tried.django()


def test_an_error_in_a_row_is_that_of_django_and_leaves_the_page_as_it_was():
    class Broken(Row):
        @property
        def shout(self) -> str:
            if self.n:
                raise RuntimeError("broken")
            return "fine"

    tried = desk(li("{{ item.shout }}"), items=[Broken("a"), Broken("b")])
    tried.component.items[1].n = 1
    with pytest.raises(RuntimeError, match="broken"):
        tried.change("items")
    tried.component.items[1].n = 0
    assert turned(tried, "items") == []
