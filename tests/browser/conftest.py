"""A real Chromium, real servers, a real Redis: one of each for a test process, a new browser profile for each person.

Nothing is left out when something is missing: the tests fail and say what to install.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.verify import chromium as find_chromium
from tests.browser import desks
from tests.browser.desks import Desk, Seeded
from tests.browser.logs import Gate
from tests.browser.people import FLAGS, Arrive, Complaints, Person
from tests.browser.sites import site_of_ones_own
from tests.redis import redis_server, redis_url
from tests.servers import Server

__all__ = ["redis_server", "redis_url"]

# Playwright's loop is its own --------------------------------------------------------------------------------

HERE = Path(__file__).parent
LOOPS: list[asyncio.AbstractEventLoop | None] = [None]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Playwright leaves its loop marked as running between its calls. It is, for the tests of this folder; the others
    of the same process (for which this hook is called as well) have loops themselves, or none."""
    if HERE not in item.path.parents:
        return (yield)
    asyncio._set_running_loop(LOOPS[0])
    try:
        return (yield)
    finally:
        LOOPS[0] = asyncio._get_running_loop()
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    path = find_chromium()
    if path is None:
        pytest.fail("No Chromium. `make test` installs one; or name yours: CHROMIUM=/path/to/chrome.", pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        loop = asyncio.get_running_loop()
        yield started
        asyncio._set_running_loop(loop)  # the last test of the process may be one of another folder
        started.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def browser_with_a_cache(browser: Browser, chromium: str) -> Iterator[Browser]:
    """Playwright's browsers do not keep pages for their back button unless they are let."""
    started = browser.browser_type.launch(
        executable_path=chromium, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield started
    started.close()


# Desks -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def origin(tmp_path_factory) -> Seeded:
    return desks.seeded(tmp_path_factory.mktemp("origin"))


@pytest.fixture(scope="session")
def kept_cluster(origin, tmp_path_factory, redis_url) -> Iterator[Desk]:
    with desks.running(origin, tmp_path_factory.mktemp("cluster"), 2, REDIS_URL=redis_url, DESK_DEBUG="0") as desk:
        yield desk


@pytest.fixture(scope="session")
def kept_embedded(origin, tmp_path_factory) -> Iterator[Desk]:
    with desks.running(origin, tmp_path_factory.mktemp("embedded")) as desk:
        yield desk


@pytest.fixture(scope="session")
def kept_uvicorn(origin, tmp_path_factory) -> Iterator[Desk]:
    with desks.running(origin, tmp_path_factory.mktemp("uvicorn"), serve=desks.with_uvicorn) as desk:
        yield desk


@pytest.fixture
def cluster(kept_cluster: Desk) -> Desk:
    """Two daphne processes on one Redis and one database, without DEBUG. The database is as it was seeded."""
    kept_cluster.renew()
    return kept_cluster


@pytest.fixture
def embedded(kept_embedded: Desk) -> Desk:
    """One daphne process without Redis, with DEBUG."""
    kept_embedded.renew()
    return kept_embedded


@pytest.fixture
def uvicorn(kept_uvicorn: Desk) -> Desk:
    """One uvicorn process without Redis, with DEBUG."""
    kept_uvicorn.renew()
    return kept_uvicorn


# People ------------------------------------------------------------------------------------------------------


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def arrive(browser: Browser, complaints: Complaints) -> Iterator[Arrive]:
    """``arrive(url, state=None, **options)``: a person with a new profile. None of them may have complained."""
    people: list[Person] = []

    def one(url: str, state: Any = None, **options: Any) -> Person:
        people.append(Person(browser, url, complaints, state, **options))
        return people[-1]

    yield one
    unexpected = complaints.unexpected()
    for person in people:
        person.context.close()
    assert unexpected == [], "browsers complained"


@pytest.fixture
def ana(cluster: Desk, arrive: Arrive) -> Person:
    """Ana, signed in, at the first process of the cluster."""
    return arrive(cluster.servers[0].url, cluster.origin.state_of("ana"))


@pytest.fixture
def ben(cluster: Desk, arrive: Arrive) -> Person:
    """Ben, signed in, at the second process."""
    return arrive(cluster.servers[1].url, cluster.origin.state_of("ben"))


# The pages of tests/browser/site -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site() -> Iterator[Server]:
    """A daphne that serves the pages made for these tests, without Redis."""
    with site_of_ones_own() as server:
        yield server


@pytest.fixture
def visitor(site: Server, arrive: Arrive) -> Person:
    """Somebody at that site. ``visitor.open("/clicks/")`` is a page with the component ``site.clicks``."""
    return arrive(site.url)


@pytest.fixture
def bound(visitor: Person) -> Callable[..., Page]:
    """``bound(markup)``: a page whose component ``site.bound`` holds this markup, and ``site.barrier`` beside it.

    Further parameters go into the query: ``bound(markup, alpine="")``.
    """

    def opened(markup: str, **query: str) -> Page:
        return visitor.open(f"/bound+barrier/?{urlencode({'markup': markup, **query})}")

    return opened


@pytest.fixture
def gate(site: Server) -> Gate:
    """A gate of this test's own, at which actions of the test site can be made to wait."""
    return Gate(site.url)
