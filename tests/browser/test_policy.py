"""The desk under its content security policy, the strictest there is, and without a word in the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desks import Desk
from tests.browser.people import Complaints, Person, goes_live, heard, toast

pytestmark = pytest.mark.redis

PAGES = ("/", "/notifications/", "/subclassing/", "/gallery/", "/large-lists/")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_desk_is_live_and_says_nothing_in_the_console(path, ana: Person, complaints: Complaints):
    page = ana.context.new_page()
    response = page.goto(path)
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    goes_live(page)
    page.reload()
    goes_live(page)
    assert complaints.heard == []


def test_the_sign_in_page_says_nothing_in_the_console_even_when_it_refuses(cluster: Desk, arrive, complaints):
    page = arrive(cluster.url).context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    assert complaints.heard == []


def test_a_violation_would_be_noticed(ana: Person, complaints: Complaints):
    complaints.expect("policy violated: script-src", "Content Security Policy")
    page = ana.open()
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "globalThis.ran = true";
          document.head.append(script);
        }"""
    )
    assert page.evaluate("globalThis.ran") is None
    assert "policy violated: script-src" in str(complaints.heard)


def test_the_client_needs_no_more_than_trusted_types(ana: Person, complaints: Complaints):
    """Swaps, patches, a loaded module, a toast and a question, where no string may become a script or markup."""

    def strictly(route: Route) -> None:
        response = route.fetch()
        policy = f"{response.headers['content-security-policy']}; require-trusted-types-for 'script'"
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})

    ana.context.grant_permissions(["local-network-access"])  # an answer that was altered comes from nowhere
    ana.context.route("**/gallery/", strictly)
    page = ana.open("/gallery/")
    press(page, "HTML", "append")
    expect(page.locator("#swap_target > p")).to_contain_text("append,")
    press(page, "text_and_context", "Say it")
    expect(page.locator("#text_shape")).to_contain_text("A string,")
    press(page, "LoadJS", "Load and greet")
    expect(page.locator("#load_stage")).to_contain_text("Hello ana")
    press(page, "Toast", "Title, sticky")
    expect(toast(page, "It stays until it is closed.")).to_be_visible()
    press(page, "Confirm", "Declared")
    page.get_by_role("alertdialog").get_by_role("button", name="OK").click()
    expect(toast(page, "You said yes.")).to_be_visible()
    heard(page, "live:call:success", 5)
    assert complaints.heard == []


def press(page: Page, word: str, label: str) -> None:
    page.locator(f"section#{word}").get_by_role("button", name=label, exact=True).click()
