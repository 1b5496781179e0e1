"""The request of a real page: what an action says and asks, told to a browser."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString

from liveactions import ActionRequest, Component, InstanceAction, Toast, action
from liveactions.results import Alert, RecordDeleted, Refresh
from sample_site.desk.models import Customer


class Book(Component):
    """Customers with a button each."""

    name = "tests.requests.book"
    template = "<ul>{% for row in rows %}<li>{{ row.name }} {{ row.button }}</li>{% endfor %}</ul>"
    model = Customer

    @property
    def rows(self):
        request = ActionRequest.of(self)
        return [{"name": row.name, "button": self.button(request, row)} for row in Customer.objects.all()]

    def button(self, request, row) -> SafeString:
        return request.row_action_button(row, "delete", f"Delete <{row.name}>")

    @action
    def delete(self, customer: Customer):
        request = self.request
        request.set_selected_pks(customer.pk)

        def really(answered):
            customer.delete()
            answered.success(f"{customer} is gone.", alert=True, record_deleted=True, refresh=True)

        request.confirm(really, f"Delete {customer.name}?")

    @action
    async def rename(self, request, customer: Customer, to: str):
        if await request.confirm(f"Rename {customer.name}?"):
            request.success(f"Now {to}")
        return Toast("asked")

    @action
    def inner(self):
        response = self.request.run(InstanceAction(self, "say", text="inside"))
        self.request.success(f"{response['message']}, told outside")
        return Toast("returned")

    @action
    def say(self, text: str):
        self.request.success(text)


@pytest.fixture
def page(live, customers):
    return live.open(Book)


def test_its_request_is_djangos(page):
    assert page.call("say", text="hello")
    assert page.toasts == ["hello"]


def test_a_button_of_the_request_runs_its_action_and_the_question_is_asked(page, customers):
    page.click("Delete <Bo>")
    assert page.questions == ["Delete Bo?"]
    page.answer("yes")
    assert not Customer.objects.filter(name="Bo").exists()
    assert [alert.message for alert in page.got(Alert)] == ["Bo, Oslo is gone."]
    assert page.got(RecordDeleted) == [RecordDeleted([customers[0].pk], "desk.customer")]
    assert "Bo" not in page.text()


def test_rendered_for_a_mail_it_has_no_buttons(customers):
    html = ActionRequest().story2html([Book])
    assert "Delete &lt;Bo&gt;" in html
    assert "button" not in html


def test_no_is_told_as_a_success(page):
    page.click("Delete <Bo>", confirm=False)
    assert page.toasts == ["Aborted"]
    assert Customer.objects.filter(name="Bo").exists()


@pytest.mark.parametrize(("agree", "said"), [(True, ["asked", "Now Bob"]), (False, ["asked"])])
def test_an_action_that_waits_goes_on_with_the_answer(page, customers, agree, said):
    page.call("rename", customer=customers[0].pk, to="Bob", confirm=agree)
    assert page.toasts == said


def test_what_is_said_comes_after_what_is_returned_and_a_child_says_its_own(page):
    page.call("inner")
    assert page.toasts == ["returned", "inside, told outside"]
    assert page.got(Refresh) == []
