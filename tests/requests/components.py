"""Components about the customers and orders of the desk."""

from __future__ import annotations

from liveactions import Component
from sample_site.desk.models import Customer, Order


class Customers(Component):
    name = "tests.requests.customers"
    template = "<p>{{ title }}: {% for customer in rows %}{{ customer.name }} {% endfor %}</p>"
    model = Customer
    title: str = "Customers"

    @property
    def rows(self):
        return Customer.objects.all()


class InOslo(Component):
    name = "tests.requests.in_oslo"
    template = "<p></p>"
    model = "desk.customer"
    known_values = {"city": "Oslo", "name__startswith": "B"}


class OrdersOfCustomer(Component):
    name = "tests.requests.orders_of_customer"
    template = "<p></p>"
    model = Order
    master_key = "customer"


class AllButBo(Component):
    name = "tests.requests.all_but_bo"
    template = "<p></p>"
    model = Customer

    def get_queryset(self):
        return Customer.objects.exclude(name="Bo")


class Clock(Component):
    name = "tests.requests.clock"
    template = "<p>{{ time }}</p>"
    time: str = "noon"
