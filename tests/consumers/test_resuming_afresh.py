"""A page that cannot go on in another process is mounted afresh, or stays where it is."""

from __future__ import annotations

import asyncio
import logging
from unittest.mock import patch

import pytest

from liveactions import store
from liveactions.consumers import process
from liveactions.wire.frames import Apply
from tests.consumers.moves import Board
from tests.wires import refusal

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_page_that_was_left_is_kept_no_longer(two):
    wire = await two.tab()
    await wire.leave()
    assert two.all[0].keeper is not None
    await two.all[0].keeper.idle()
    assert not (await two.killed(wire, cut=False)).welcome.recovered


async def test_a_page_that_has_seen_more_than_was_kept_is_mounted_afresh(two, monkeypatch):
    monkeypatch.setattr("liveactions.runtime.pages.PATIENCE", 0.0)
    wire = await two.tab()
    wire.ack += 5
    assert not (await two.killed(wire)).welcome.recovered


async def test_a_page_that_comes_back_too_late_is_mounted_afresh(two, monkeypatch):
    wire = await two.tab()
    monkeypatch.setattr("liveactions.runtime.keeping.lifetime", lambda _: 0.05)
    await wire.call(1, "count")
    await wire.drop()
    await asyncio.sleep(0.1)
    assert not (await two.killed(wire, cut=False)).welcome.recovered


@pytest.mark.parametrize("fits", [True, False])
async def test_state_of_another_version_is_taken_over_and_shown_or_mounted_afresh(two, monkeypatch, fits, caplog):
    wire = await two.tab(n=3)
    monkeypatch.setattr("liveactions.runtime.reviving.schema_of", lambda _: "another")
    if not fits:
        monkeypatch.setattr(
            "liveactions.components.state.remade",
            lambda *_: (_ for _ in ()).throw(process_error()),
        )
    again = await two.killed(wire)
    assert again.welcome.recovered is fits
    if fits:
        assert (await again.next(Apply)).items == [[1, 12, '<p live-id="1">3</p>']]
    else:
        assert "mounted afresh" in caplog.text


async def test_a_page_whose_component_fails_when_it_is_restored_is_mounted_afresh(two, monkeypatch, caplog):
    wire = await two.tab()
    monkeypatch.setattr(Board, "restored", lambda _: 1 / 0)
    assert not (await two.killed(wire)).welcome.recovered
    assert "ZeroDivisionError" in caplog.text


async def test_a_page_that_cannot_be_written_down_goes_on_where_it_is(two, caplog):
    wire = await two.tab()
    with patch("liveactions.runtime.keeping.Keeping.calls", side_effect=TypeError):
        assert (await wire.call(1, "count")).refusal is None
    assert (await wire.call(1, "count")).refusal is None
    assert "goes on in this process only" in caplog.text


async def test_a_vault_that_fails_in_an_unforeseen_way_holds_nobody_up(two, caplog):
    wire = await two.tab()
    with patch.object(type(store.vault()), "write", side_effect=ZeroDivisionError):
        assert (await wire.call(1, "count")).refusal is None
    assert "cannot be kept now" in caplog.text and "ZeroDivisionError" in caplog.text


def process_error() -> Exception:
    from liveactions.errors import LocalError

    return LocalError("Board.n cannot be restored.", code="component.failed")


async def test_a_state_that_is_too_large_is_an_error_while_the_site_is_made(two, settings):
    settings.DEBUG = True
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "MAX_STATE": 10_000}
    wire = await two.tab()
    told = refusal(await wire.call(1, "grow", size=20_000))
    assert told.code == "component.failed"
    assert "resuming.board" in told.message and "heard 20,0" in told.message
    assert (await wire.call(1, "grow", size=1)).refusal is None


async def test_a_page_whose_state_is_too_large_goes_on_where_it_is_and_nowhere_else(two, settings, caplog):
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "MAX_STATE": 10_000}
    wire = await two.tab()
    with caplog.at_level(logging.WARNING):
        assert (await wire.call(1, "grow", size=20_000)).refusal is None
    assert "resuming.board" in caplog.text and "heard 20,0" in caplog.text
    assert (await wire.call(1, "grow", size=1)).refusal is None
    first = process.pages()
    assert not (await two.killed(wire)).welcome.recovered
    process.adopt(first)
    assert (await two.back(wire)).welcome.recovered
