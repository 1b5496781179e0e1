"""What the rows hold, and the state of a request."""

from __future__ import annotations

import pytest
from django.core.exceptions import SuspiciousOperation

from liveactions import ActionRequest
from liveactions.errors import LocalError
from sample_site.desk.models import Order
from tests.requests.components import Clock, Customers


def about(component, **options):
    return ActionRequest(speaker=component(), **options)


class TestRows:
    def test_they_are_counted(self, customers):
        assert about(Customers).get_total_count() == 3
        assert about(Clock).get_total_count() == 1

    def test_all_are_gone_through(self, customers):
        assert [row.name for row in about(Customers).data_iterator] == ["Al", "Bo", "Cy"]

    @pytest.mark.parametrize(
        ("options", "names"),
        [
            ({}, ["Al", "Bo", "Cy"]),
            ({"limit": 2}, ["Al", "Bo"]),
            ({"offset": 1}, ["Bo", "Cy"]),
            ({"offset": 1, "limit": 1}, ["Bo"]),
            ({"limit": 2, "start_at_bottom": True}, ["Cy"]),
            ({"limit": 3, "start_at_bottom": True}, ["Al", "Bo", "Cy"]),
        ],
    )
    def test_or_a_page_of_them(self, customers, options, names):
        assert [row.name for row in about(Customers, **options).sliced_data_iterator] == names

    @pytest.mark.parametrize("options", [{"offset": -1}, {"limit": -1}, {"limit": "3"}, {"offset": True}])
    def test_a_page_that_cannot_be_is_refused(self, options):
        with pytest.raises(SuspiciousOperation):
            _ = about(Customers, **options).sliced_data_iterator


class TestValues:
    def test_the_way_to_one_may_be_long(self, customers):
        order = Order(number=7, customer=customers[0])
        request = ActionRequest()
        assert request.get_data_value(order, "customer__city") == "Oslo"
        assert request.get_data_value(order, "customer.name") == "Bo"
        assert request.get_data_value(order, "is_open") is True
        assert request.get_data_value(order, "get_stage_display") == "New"
        assert request.get_data_value({"a": {"b": 1}}, "a.b") == 1

    @pytest.mark.parametrize("name", ["delete", "customer__delete", "_state", "customer.__class__"])
    def test_nothing_is_done_on_the_way(self, customers, name):
        with pytest.raises(LocalError):
            ActionRequest().get_data_value(Order(number=7, customer=customers[0]), name)

    def test_a_way_that_ends_early_leads_to_none(self):
        assert ActionRequest().get_data_value(Order(number=7), "customer__city") is None


class TestStatus:
    def test_it_is_plain_and_says_what_is_needed_to_ask_again(self, customers):
        request = about(
            Customers,
            action="ship",
            master_instance=customers[0],
            selected_rows=customers[:2],
            known_values={"city": "Oslo"},
        )
        pks = [row.pk for row in customers]
        assert request.get_status() == {
            "action": "ship",
            "base_params": {"known_values": {"city": "Oslo"}, "mk": pks[0], "mt": "desk.customer"},
            "param_values": {},
            "selected_pks": pks[:2],
        }

    def test_it_is_kept_until_it_is_cleared(self):
        request = ActionRequest(action="a")
        request.get_status()
        request.action = "b"
        assert request.get_status()["action"] == "a"
        assert request.get_status(extra=1) == {**ActionRequest(action="b").get_status(), "extra": 1}
        request.clear_cached_status()
        assert request.get_status()["action"] == "b"
