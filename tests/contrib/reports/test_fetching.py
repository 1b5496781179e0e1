"""A report loads static files, media and data:, and cannot be made to ask anything else for anything."""

from __future__ import annotations

import base64
import http.server
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from liveactions.contrib import reports
from liveactions.contrib.reports import BaseReport, fetching, register
from liveactions.contrib.reports.fetching import BASE, RefusedAddress, fetcher, found

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def media(tmp_path):
    with override_settings(MEDIA_ROOT=str(tmp_path / "media"), MEDIA_URL="/media/"):
        default_storage.save("logo.png", ContentFile(PIXEL))
        (tmp_path / "secret.txt").write_text("secret")
        yield tmp_path


def test_static_files_are_served_from_where_django_finds_them():
    kind, content = found(f"{BASE}static/liveactions/liveactions.css?v=1#top")
    assert kind == "text/css"
    assert b"--live-" in content


def test_media_are_served(media):
    assert found(f"{BASE}media/logo.png") == ("image/png", PIXEL)


@override_settings(STATIC_URL="https://cdn.example.net/static/")
def test_static_files_of_another_host_are_read_here_and_not_there():
    assert b"--live-" in found("https://cdn.example.net/static/liveactions/liveactions.css")[1]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("data:image/png;base64," + base64.b64encode(PIXEL).decode(), ("image/png", PIXEL)),
        ("data:text/css,p%20%7B%7D", ("text/css", b"p {}")),
        ("data:,hello", ("text/plain", b"hello")),
    ],
)
def test_data_addresses_are_read(url, expected):
    assert found(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/latest/meta-data/",
        "https://example.com/static/x.css",
        "https://site.invalid.example.com/static/x.css",
        "https://site.invalid@example.com/static/x.css",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1/x",
        "//127.0.0.1/x",
        "/etc/passwd",
        f"{BASE}other/x.css",
        f"{BASE}media/../secret.txt",
        f"{BASE}media/%2e%2e/secret.txt",
        f"{BASE}media/..%5csecret.txt",
        f"{BASE}media//etc/passwd",
        f"{BASE}media/logo.png%00.css",
        f"{BASE}media/",
        f"{BASE}media/nowhere.png",
        f"{BASE}static/../settings.py",
        f"{BASE}static/nowhere.css",
        "data:nothing",
        "data:text/plain;base64,%",
        "",
    ],
)
def test_everything_else_is_refused(media, url):
    with pytest.raises(RefusedAddress):
        fetcher()(url)


@pytest.mark.parametrize("root", ["/", ""])
def test_a_site_that_serves_media_at_its_root_opens_nothing_more(media, root):
    with override_settings(MEDIA_URL=root), pytest.raises(RefusedAddress):
        fetcher()(f"{BASE}logo.png")


def test_a_file_that_is_too_large_is_refused(media, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_BYTES", 10)
    with pytest.raises(RefusedAddress, match="more than 10 bytes"):
        found(f"{BASE}media/logo.png")


class Listening:
    """A server on 127.0.0.1 that notes what it is asked."""

    def __enter__(self):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(PIXEL)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_no_address_in_a_document_is_asked(media, tmp_path, settings):
    """Every way in which HTML, CSS and SVG can name another resource, in one document."""
    (tmp_path / "templates").mkdir()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    with Listening() as there:
        svg = (
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"
            f"<image width='9' height='9' xlink:href='{there.url}/svg'/></svg>"
        )
        (tmp_path / "templates" / "trap.html").write_text(
            f"""<html><head><base href="{there.url}/"><link rel="stylesheet" href="{there.url}/link.css">
            <link rel="attachment" href="{there.url}/attachment"><link rel="attachment" href="file:///etc/passwd">
            <style>@import url({there.url}/import.css);
            @font-face {{ font-family: x; src: url({there.url}/font.woff) }}
            body {{ background: url({there.url}/background.png); font-family: x }}
            li {{ list-style-image: url({there.url}/list.png) }}
            p::before {{ content: url({there.url}/content.png) }}</style></head>
            <body><img src="{there.url}/img.png"><img src="relative.png"><img src="/media/logo.png">
            <object data="{there.url}/object.svg"></object><embed src="{there.url}/embed.svg">
            <img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">
            <ul><li>one</li></ul><p>two</p></body></html>"""
        )
        register("tests.trap")(type("Trap", (BaseReport,), {"template_name": "trap.html"}))
        pdf = reports.render("tests.trap", data={})
        assert there.asked == []
    assert b"root:" not in pdf
