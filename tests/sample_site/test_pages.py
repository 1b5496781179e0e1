from __future__ import annotations

import re

import pytest
from django.urls import reverse

from sample_site.config.security import POLICY, content_security_policy
from sample_site.desk import seed
from sample_site.desk.models import Order
from sample_site.office import seed as office_seed

PAGES = ("dashboard", "office", "notifications", "subclassing", "gallery", "large_lists")


@pytest.fixture
def as_ana(client, db):
    seed.seed()
    office_seed.seed()
    assert client.login(username="ana", password="desk")
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_page_sends_a_stranger_to_the_sign_in(client, db, page):
    url = reverse(page)
    assert client.get(url).headers["Location"] == f"{reverse('sign_in')}?next={url}"


def test_the_sign_in_page_shows_both_accounts_and_opens_the_dashboard(client, people):
    html = client.get(reverse("sign_in")).content.decode()
    assert 'data-account="ana"' in html and 'data-account="ben"' in html
    answer = client.post(reverse("sign_in"), {"username": "ben", "password": "desk"})
    assert answer.headers["Location"] == reverse("dashboard")


def test_a_wrong_password_is_told_in_words(client, people):
    answer = client.post(reverse("sign_in"), {"username": "ben", "password": "wrong"})
    assert "do not fit together" in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_anything_inline(as_ana, page):
    html = as_ana.get(reverse(page)).content.decode()
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", html) if " src=" not in tag] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_itself_once_and_has_no_id_twice(as_ana, page):
    html = as_ana.get(reverse(page)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    assert 'href="#main"' in html and 'aria-current="page"' in html


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_name(as_ana, page):
    html = as_ana.get(reverse(page)).content.decode()
    for attributes, inside in re.findall(r"<button([^>]*)>(.*?)</button>", html, re.DOTALL):
        assert "aria-label" in attributes or re.sub(r"<[^>]+>", "", inside).strip()
    labels = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', html))
    controls = re.findall(r"<(?:select|textarea|input(?![^>]*type=\"hidden\"))([^>]*)>", html)
    assert controls or page not in ("dashboard", "notifications")
    for attributes in controls:
        assert "aria-label" in attributes or re.search(r'id="([^"]+)"', attributes)[1] in labels


def test_the_dashboard_shows_every_order_of_the_board(as_ana):
    html = as_ana.get(reverse("dashboard")).content.decode()
    assert len(re.findall(r'<article[^>]*class="card"', html)) == 39
    assert f"<dt>Open orders</dt><dd>{Order.objects.open().count()}</dd>" in html


def test_the_ordinary_view_sends_and_comes_back(as_ana, told):
    posted = {"to": "everyone", "kind": "toast", "level": "success", "text": "Hello from a view"}
    answer = as_ana.post(reverse("send_notice"), posted, follow=True)
    assert told[0].results[0].message == "Hello from a view"
    assert "Sent to 2 people." in answer.content.decode()


def test_the_ordinary_view_shows_what_is_wrong_and_sends_nothing(as_ana, told):
    answer = as_ana.post(reverse("send_notice"), {"to": "everyone", "kind": "toast", "level": "info"})
    assert answer.status_code == 422
    assert "Write a message." in answer.content.decode()
    assert told == []


def test_the_ordinary_view_wants_a_post_and_a_user(client, db):
    assert client.get(reverse("send_notice")).status_code == 405
    assert client.post(reverse("send_notice")).status_code == 302


def test_the_gallery_shows_the_lines_that_run(as_ana):
    html = as_ana.get(reverse("gallery")).content.decode()
    text = re.sub(r"<[^>]+>", "", html)
    assert "return HTML(content, target=&quot;#swap_target&quot;, swap=mode)" in text


def test_a_subclass_without_the_action_shows_no_button_for_it(as_ana):
    html = as_ana.get(reverse("subclassing")).content.decode()
    assert html.count('live-click="increment"') == 6
    assert html.count('live-click="reset"') == 2


def test_the_policy_allows_nothing_inline_and_goes_out_with_every_answer(client, rf):
    from django.http import HttpResponse

    middleware = content_security_policy(lambda request: HttpResponse())
    assert middleware(rf.get("/")).headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    for part in ("script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert part in POLICY


async def test_the_policy_goes_out_over_asgi_too(rf):
    from django.http import HttpResponse

    async def view(request):
        return HttpResponse()

    answer = await content_security_policy(view)(rf.get("/"))
    assert answer.headers["Content-Security-Policy"] == POLICY
