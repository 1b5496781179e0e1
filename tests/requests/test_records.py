"""Rows as records, and back from forms."""

from __future__ import annotations

import pytest
from django.db.models import FileField, Model
from django.forms import modelform_factory
from django.test.utils import isolate_apps

from liveactions import ActionRequest, DataRecord
from liveactions.requests import TestRenderer
from liveactions.requests.records import navinfo
from sample_site.desk.models import Customer
from tests.requests.components import Customers

CustomerForm = modelform_factory(Customer, fields=["name", "city"])


@pytest.fixture
def request_(customers):
    return ActionRequest(speaker=Customers())


class TestRecords:
    def test_a_row_knows_its_neighbours(self, request_, customers):
        bo, al, cy = customers
        record = request_.elem2rec_detailed(bo)
        data = record.pop("data")
        assert (data["id"], data["name"], data["city"]) == (bo.pk, "Bo", "Oslo")
        assert record == {
            "title": "Bo, Oslo",
            "id": bo.pk,
            "disable_delete": None,
            "navinfo": {"first": al.pk, "prev": al.pk, "next": cy.pk, "last": cy.pk, "recno": 2, "count": 3},
        }
        assert DataRecord(data, **record).title == "Bo, Oslo"

    def test_only_the_columns_of_the_component_are_told(self, customers):
        class Names(Customers):
            name = "tests.requests.names"
            column_names = "name"

        assert ActionRequest(speaker=Names()).elem2rec(customers[0]) == {"name": "Bo"}
        assert ActionRequest(speaker=Names(), renderer=TestRenderer()).show() == "Name\n----\nAl\nBo\nCy"

    @isolate_apps("sample_site.desk")
    def test_a_file_is_told_by_its_name(self):
        class Paper(Model):
            file = FileField()

            class Meta:
                app_label = "desk"

            def __str__(self):
                return self.file.name

        assert ActionRequest().elem2rec(Paper(file="a.pdf")) == {"id": None, "file": "a.pdf"}

    def test_a_row_that_is_not_among_the_others_is_number_0(self):
        assert navinfo([1, 2], 3) == {"first": 1, "prev": None, "next": None, "last": 2, "recno": 0, "count": 2}
        assert navinfo([], 3)["count"] == 0

    def test_the_first_and_the_last_have_one_neighbour(self):
        assert (navinfo([1, 2], 1)["prev"], navinfo([1, 2], 2)["next"]) == (None, None)

    def test_it_says_why_it_cannot_be_deleted(self, customers, ana, permit):
        class Kept(Customer):
            class Meta:
                proxy = True
                app_label = "desk"

            def disable_delete(self, request):
                return f"{self.name} has orders."

        assert ActionRequest().disable_delete(Kept(name="Bo")) == "Bo has orders."
        assert "no permission" in ActionRequest(user=ana).disable_delete(customers[0])
        assert ActionRequest(user=permit(ana, "delete_customer")).disable_delete(customers[0]) is None

    def test_a_new_row_is_a_phantom(self, request_):
        record = request_.elem2rec_insert(Customer(name="Di"))
        data = record.pop("data")
        assert (data["id"], data["name"], data["city"]) == (None, "Di", "")
        assert record == {"title": "Insert into customer", "phantom": True}


class TestForms:
    def test_a_new_row_is_created(self, request_):
        obj = request_.form2obj_and_save(CustomerForm({"name": "Di", "city": "Bonn"}))
        assert Customer.objects.get(name="Di") == obj
        assert (request_.response["message"], request_.response["success"]) == ("Di, Bonn has been created.", True)

    def test_a_row_is_updated(self, request_, customers):
        request_.form2obj_and_save(CustomerForm({"name": "Bo", "city": "Bonn"}, instance=customers[0]))
        assert Customer.objects.get(name="Bo").city == "Bonn"
        assert request_.response["message"] == "Bo, Bonn has been updated."

    def test_nothing_is_saved_that_has_not_changed(self, request_, customers, django_assert_num_queries):
        form = CustomerForm({"name": "Bo", "city": "Oslo"}, instance=customers[0])
        form.is_valid()
        with django_assert_num_queries(0):
            request_.form2obj_and_save(form)
        assert request_.response["message"] == "Bo, Oslo: nothing to save."

    def test_what_is_not_valid_is_told_by_field(self, request_):
        assert request_.form2obj_and_save(CustomerForm({"name": "Bo", "city": ""})) is None
        response = request_.response
        assert response["success"] is False
        assert set(response["errors"]) == {"name", "city"}
        assert "already exists" in response["message"]
