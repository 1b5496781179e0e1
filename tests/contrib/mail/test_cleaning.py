"""HTML that somebody has written does nothing, wherever it is shown."""

from __future__ import annotations

import builtins

import pytest
from django.utils.safestring import SafeString

from liveactions.contrib.mail.cleaning import cleaned
from liveactions.errors import LocalError


def test_what_people_write_stays():
    link = '<a href="https://x.test/" rel="noopener noreferrer nofollow">look</a>'
    html = f"<p>Dear <b>Ada</b>, {link}</p><ul><li>1</li></ul>"
    assert cleaned(html) == html
    assert isinstance(cleaned(html), SafeString)
    assert cleaned(cleaned(html)) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<svg onload=alert(1)>",
        "<iframe src=https://x.test></iframe>",
        '<form action="/delete/"><button>x</button></form>',
        '<p style="position:fixed">x</p>',
        "<style>* { display: none }</style>",
        '<button live-click="delete_all">x</button>',
        '<p live-id="3" id="header" class="live-dialog">x</p>',
        '<base href="https://evil.test/">',
        '<meta http-equiv="refresh" content="0;url=https://evil.test">',
        "<math><mtext></mtext><mglyph><svg><mtext><style><img src=x onerror=alert(1)></style></math>",
        '<p x-data="{a: alert(1)}">x</p>',
    ],
)
def test_what_acts_is_taken_out(html):
    done = cleaned(html).lower()
    for word in (
        "script",
        "onerror",
        "onload",
        "iframe",
        "form",
        "style",
        "live-",
        "x-data",
        "data:",
        "<base",
        "<meta",
        "id=",
    ):
        assert word not in done


@pytest.mark.parametrize("text", ["a\nb & c < d", "a\nb &amp; c &lt; d"])
def test_a_text_keeps_its_lines(text):
    assert cleaned(text) == "a<br>b &amp; c &lt; d"


def test_without_nh3_nothing_is_shown(monkeypatch):
    real = builtins.__import__

    def importing(name, *rest, **more):
        if name == "nh3":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", importing)
    with pytest.raises(LocalError, match=r"pip install 'liveactions\[mail\]'"):
        cleaned("<p>x</p>")
