"""The browser of one user, as far as HTTP goes."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from liveactions.testing.browser import Browser
from liveactions.testing.errors import PageFailed
from tests.testing.components import Counter, PersonForm

pytestmark = pytest.mark.urls("tests.testing.urls")


def test_a_component_alone_is_a_whole_page():
    opened = Browser().empty(Counter, {"count": 2})
    assert opened.html.startswith("<!DOCTYPE html><title>tests.counter</title><body>")
    assert "<output>2</output>" in opened.html
    assert 'live-token="' in opened.html
    assert (opened.site, opened.url, opened.user) == ("http://testserver", "/", None)


def test_a_form_in_it_has_a_token_and_the_browser_its_cookie():
    browser = Browser()
    opened = browser.empty(PersonForm, {})
    assert 'name="csrfmiddlewaretoken" value="' in opened.html
    assert opened.cookies().startswith(f"{settings.CSRF_COOKIE_NAME}=")


def test_a_second_form_uses_the_same_cookie():
    browser = Browser()
    first = browser.empty(PersonForm, {}).cookies()
    assert browser.empty(PersonForm, {}).cookies() == first


def test_a_page_knows_where_it_came_from():
    opened = Browser().get("/moved/")
    assert (opened.site, opened.url) == ("http://testserver", "/rooms/?from=moved")
    assert "<h1>AnonymousUser</h1>" in opened.html


@pytest.mark.django_db
def test_a_user_has_a_session():
    browser = Browser(User.objects.create(username="ana"))
    opened = browser.get("/mine/")
    assert "<h1>ana</h1>" in opened.html
    assert f"{settings.SESSION_COOKIE_NAME}=" in opened.cookies()


def test_an_error_page_is_no_page():
    with pytest.raises(PageFailed, match="/nowhere/ answered 404 Not Found"):
        Browser().get("/nowhere/")
