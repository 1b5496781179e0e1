"""``{% live_windows %}``."""

from __future__ import annotations

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory

PAGE = Template("{% load live_windows %}{% live_windows %}")

pytestmark = pytest.mark.django_db


def html(**context):
    return PAGE.render(RequestContext(RequestFactory().get("/"), context))


def test_it_places_the_stack_its_script_and_its_looks():
    page = html()
    assert 'live-hook="live_windows.stack"' in page
    assert "live-token=" in page
    assert '<script type="module" src="/static/live_windows/windows.js"></script>' in page
    assert '<link rel="stylesheet" href="/static/live_windows/windows.css">' in page


def test_nothing_in_it_is_inline():
    page = html()
    assert "style=" not in page
    assert "<style" not in page


def test_script_and_looks_carry_the_nonce_of_the_page():
    assert html(csp_nonce="abc").count(' nonce="abc"') == 2
