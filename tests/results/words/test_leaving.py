"""Words that say where the browser goes, and what it takes along."""

from __future__ import annotations

import base64

import pytest

from liveactions import Download, OpenURL, Reload
from liveactions.errors import ResultError
from liveactions.results.words.leaving import PIECE


@pytest.mark.parametrize("url", ["javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", " /a", "", None])
def test_f8_an_address_that_could_run_is_refused(url):
    with pytest.raises(ResultError):
        OpenURL(url)


@pytest.mark.parametrize(
    ("given", "meant"),
    [("_blank", "_blank"), ("new", "_blank"), ("self", "self"), ("_self", "self"), ("download", "download")],
)
def test_f7_the_targets_of_the_seed_are_understood(given, meant):
    assert OpenURL("/a/", given).target == meant


def test_other_places_are_refused():
    with pytest.raises(ResultError, match="target='_top'"):
        OpenURL("/a/", "_top")
    with pytest.raises(ResultError, match="scope='all'"):
        Reload("all")


def test_f14_a_file_without_type_is_bytes():
    assert Download("a.bin", b"x").mimetype == "application/octet-stream"


@pytest.mark.parametrize(
    "content", [b"a,b\n", bytearray(b"a,b\n"), memoryview(b"a,b\n"), base64.b64encode(b"a,b\n").decode()]
)
def test_content_is_bytes_or_base64(content):
    assert Download("a.csv", content).content == b"a,b\n"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Download("a.csv", "no base64!"), "is a text, but not base64"),
        (lambda: Download("a.csv", ["x"]), "must be bytes, or base64 as text, got list"),
        (lambda: Download("a.csv"), "got nothing to download"),
        (lambda: Download("a.csv", b"x", url="/a/"), "got content and url"),
        (lambda: Download("", b"x"), "filename must be a non-empty string"),
        (lambda: Download("../../etc/passwd", b"x"), "is not the name of a file"),
        (lambda: Download("a\r\nSet-Cookie: x", b"x"), "is not the name of a file"),
        (lambda: Download("a.csv", url="javascript:x"), "is not a web address"),
    ],
)
def test_a_download_that_cannot_be_is_refused(make, sentence):
    with pytest.raises(ResultError, match=sentence):
        make()


def test_what_is_large_or_on_the_servers_disk_is_offered_by_the_server():
    assert not Download("a", b"x" * PIECE).local
    assert Download("a", b"x" * (PIECE + 1)).local
    assert Download("a", path="/srv/a").local
    assert not Download("a", url="/a/").local


def test_the_content_of_a_file_is_not_in_the_log():
    assert "secret" not in repr(Download("a.txt", b"secret"))
