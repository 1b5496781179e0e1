"""Which rows a request is about."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest

from liveactions import ActionRequest
from liveactions.errors import LocalError
from liveactions.requests import PhantomRow
from sample_site.desk.models import Customer
from tests.requests.components import AllButBo, Customers, InOslo, OrdersOfCustomer


def about(component, **options):
    return ActionRequest(speaker=component(), **options)


class TestChoosing:
    def test_l12_the_order_is_kept_and_what_is_no_row_is_passed_over(self, customers):
        bo, _, cy = customers
        request = about(Customers)
        request.set_selected_pks(str(cy.pk), "-99998", "-99999", "", None, bo.pk, "77777", "nonsense", 10**30)
        assert request.selected_rows == [cy, bo]
        assert request.selected_pks == (cy.pk, bo.pk)

    def test_l12_a_missing_row_leaves_nothing(self, customers):
        request = about(Customers)
        request.set_selected_pks("77777")
        assert request.selected_rows == []
        assert request.selected_row is None

    def test_l12_it_is_one_query_and_none_for_nothing(self, customers, django_assert_num_queries):
        request = about(Customers)
        with django_assert_num_queries(1):
            request.set_selected_pks(*(row.pk for row in customers))
        with django_assert_num_queries(0):
            request.set_selected_pks("-99999", "")

    def test_a_row_that_is_named_twice_is_chosen_once(self, customers):
        request = about(Customers)
        request.set_selected_pks(customers[0].pk, str(customers[0].pk))
        assert request.selected_row == customers[0]

    def test_rows_that_are_not_the_components_cannot_be_chosen(self, customers):
        request = about(AllButBo)
        request.set_selected_pks(*(row.pk for row in customers))
        assert [row.name for row in request.selected_rows] == ["Al", "Cy"]

    def test_without_a_component_the_model_is_named(self, customers):
        request = ActionRequest()
        request.set_selected_pks(customers[0].pk, model=Customer)
        assert request.selected_rows == [customers[0]]
        with pytest.raises(LocalError, match="no model"):
            request.set_selected_pks(1)


class TestAll:
    def test_known_values_choose_rows(self, customers):
        assert list(about(InOslo).get_queryset()) == [customers[0]]
        assert list(about(InOslo, known_values={"name__startswith": "C"}).get_queryset()) == [customers[2]]

    def test_rows_of_a_master_need_it(self, customers):
        with pytest.raises(BadRequest, match=r"OrdersOfCustomer.*customer"):
            about(OrdersOfCustomer).get_queryset()
        assert list(about(OrdersOfCustomer, master_instance=customers[0]).get_queryset()) == []

    def test_the_model_may_be_a_name(self):
        assert about(InOslo).model_class is Customer
        assert about(InOslo).model_name == about(Customers).model_name == "desk.customer"


class TestNew:
    def test_what_is_known_beats_what_is_given(self, customers):
        new = about(InOslo).create_instance(name="Di", city="Paris")
        assert (new.name, new.city, new.pk) == ("Di", "Oslo", None)

    def test_a_new_row_belongs_to_its_master(self, customers):
        assert about(OrdersOfCustomer, master_instance=customers[1]).create_instance().customer == customers[1]

    def test_a_phantom_row_has_what_is_known(self):
        row = about(InOslo).phantom_row(name="")
        assert isinstance(row, PhantomRow)
        assert (row.pk, row.city, row.name, str(row), bool(row)) == (None, "Oslo", "", "", False)

    def test_there_is_none_without_the_permission_to_add(self, ana, permit):
        assert about(Customers, user=ana).phantom_row() is None
        assert about(Customers, user=permit(ana, "add_customer")).phantom_row() is not None

    @pytest.mark.parametrize(
        "attributes",
        [{"no_phantom_row": True}, {"create_kw": None}, {"disable_create": lambda self, request: "Too many."}],
    )
    def test_there_is_none_where_the_component_wants_none(self, attributes):
        closed = type(
            "Closed",
            (Customers,),
            {
                "__module__": __name__,
                "__qualname__": "t.<locals>.Closed",
                "name": "tests.requests.closed",
                **attributes,
            },
        )
        assert about(closed).phantom_row() is None
