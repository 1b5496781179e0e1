from __future__ import annotations

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]


def test_the_first_page_leads_to_the_lists_that_one_may_see(live, guest, orders):
    html = live.browser(guest).client.get("/office/").content.decode()
    assert "/office/records_shop/purchase/" in html
    assert "/office/records_shop/buyer/" not in html


def test_an_unknown_model_has_no_page(live, ana):
    assert live.browser(ana).client.get("/office/records_shop/tag/").status_code == 404
    assert live.browser(ana).client.get("/office/records_shop/tag/export.csv").status_code == 404


def test_a_model_may_have_a_template_of_its_own(live, ana, orders):
    html = live.browser(ana).client.get("/office/records_shop/buyer/").content.decode()
    assert "<h1>Whom we sell to</h1>" in html


def test_the_pages_have_neither_inline_scripts_nor_styles(live, ana, orders):
    for path in ("", "record/1/", "new/"):
        html = live.browser(ana).client.get(f"/office/records_shop/purchase/{path}").content.decode()
        assert "<style" not in html
        assert " style=" not in html
        assert "<script>" not in html
