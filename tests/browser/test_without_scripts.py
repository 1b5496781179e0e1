"""The desk in a browser that runs no JavaScript: its form is an ordinary form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desks import Desk
from tests.browser.people import Arrive


@pytest.fixture(params=["embedded", "uvicorn"])
def page(request: pytest.FixtureRequest, arrive: Arrive) -> Page:
    """The dashboard, as Ana sees it."""
    desk: Desk = request.getfixturevalue(request.param)
    person = arrive(desk.url, desk.origin.state_of("ana"), java_script_enabled=False)
    page = person.context.new_page()
    page.goto("/")
    return page


def test_an_order_is_taken_by_a_form_that_knows_its_mistakes(page: Page):
    form = page.locator("form[live-submit=save]")
    form.get_by_label("Customer").select_option(index=1)
    form.get_by_label("Note").fill("for <Ben>")
    form.get_by_role("button", name="Take the order").click()

    assert page.url.endswith("/"), "it is the page that was posted to"
    expect(form.get_by_label("Note")).to_have_value("for <Ben>")
    expect(form.locator("[aria-invalid]")).not_to_have_count(0)

    form.get_by_label("Product").select_option(index=1)
    form.get_by_label("Quantity").fill("1")
    form.get_by_label("Promised").select_option(index=1)
    form.get_by_role("button", name="Take the order").click()
    expect(page.get_by_role("status").filter(has_text="is on the board")).to_be_visible()
    expect(form.get_by_label("Note")).to_have_value("")

    page.reload()
    expect(page.get_by_role("status").filter(has_text="is on the board")).to_have_count(0)
