"""A real browser stores what it is offered."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.http.offering import FILENAME, content
from tests.http.sites import SERVERS

SIZE = 50 * 1024 * 1024


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_file_of_50_mb_is_stored_under_its_name(browser: Browser, server: str, tmp_path: Path):
    with SERVERS[server](tmp_path) as site:
        address = urlopen(f"{site.url}/offer?{SIZE}").read().decode()
        page = browser.new_page()
        page.goto(f"{site.url}/memory")
        with page.expect_download() as begun:
            page.evaluate("address => { location.href = address }", address)
        stored = Path(begun.value.path())
        assert begun.value.suggested_filename == FILENAME
        wanted = hashlib.sha256(b"".join(content(SIZE))).hexdigest()
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == wanted
        assert page.goto(f"{site.url}{address}").status == 410
        assert "Ask for the file again." in page.content()
        page.close()
