"""Which URLs a result may carry."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions import History, LoadJS, Redirect
from liveactions.errors import ResultError
from liveactions.results.urls import check_url

ALLOWED = [
    "/",
    "/orders/7/?next=/a:b#c",
    "orders/7/",
    "?page=2",
    "?next=http://elsewhere.example/",
    "#top",
    "./a:b",
    "http://testserver/x",
    "HTTPS://testserver/x",
    "/ä/ö",
]
REFUSED = [
    "",
    None,
    7,
    b"/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "\x00/x",
    "/x\x7f",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "blob:http://testserver/1",
    "file:///etc/passwd",
    "mailto:a@example.org",
    "http:/elsewhere.example",
    "https:elsewhere.example",
    "http://",
    "http:///elsewhere.example",
    "//elsewhere.example/",
    "\\\\elsewhere.example/",
    "/\\elsewhere.example/",
    "\\/elsewhere.example/",
    "///elsewhere.example/",
]


@pytest.mark.parametrize("url", ALLOWED)
def test_addresses_of_the_web_may_be_carried(url):
    assert Redirect(url).url == url
    assert History(push_url=url).push_url == url
    assert LoadJS(url).src == url


@pytest.mark.parametrize("url", REFUSED)
def test_what_a_browser_might_run_or_what_leaves_the_site_is_refused(url):
    with pytest.raises(ResultError):
        Redirect(url)
    with pytest.raises(ResultError):
        LoadJS(url)


def test_another_site_has_to_be_meant():
    with pytest.raises(ResultError, match="leaves the site"):
        Redirect("//elsewhere.example/")
    assert Redirect("//elsewhere.example/", external=True)
    with pytest.raises(ResultError):
        Redirect("\\\\elsewhere.example/", external=True)


@given(st.text(alphabet="javscript:/\\\t\n dh.tp#?", max_size=20))
def test_no_accepted_url_has_a_scheme_that_is_not_the_webs(url):
    try:
        check_url("url", url, external=False)
    except ResultError:
        return
    seen = re.sub(r"[\t\r\n]", "", url).strip().lower().replace("\\", "/")  # as browsers read it
    before = seen.split("/")[0].split("?")[0].split("#")[0]
    assert before in ("http:", "https:") or not re.match(r"[a-z][a-z0-9+.-]*:", before)
    assert not seen.startswith("//")
