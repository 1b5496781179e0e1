"""What a request writes into the log."""

from __future__ import annotations

import logging

from liveactions import ActionRequest


def test_it_is_kept_for_a_while():
    request = ActionRequest()
    with request.capture_logger() as kept:
        request.info("Shipped %s", 7)
        request.debug("not kept at this level")
        request.spawn_request().warning("by a child")
    request.info("afterwards")
    assert kept.getvalue() == "Shipped 7\nby a child\n"


def test_the_level_is_ones_own_to_choose():
    request = ActionRequest()
    with request.capture_logger("DEBUG") as kept:
        request.debug("deep")
    assert kept.getvalue() == "deep\n"


def test_it_is_printed(capsys):
    request = ActionRequest()
    with request.print_logger(logging.WARNING):
        request.info("quiet")
        request.warning("loud")
    assert capsys.readouterr().out == "loud\n"


def test_it_goes_to_the_packages_log_otherwise(caplog):
    with caplog.at_level(logging.INFO, "liveactions.requests"):
        ActionRequest().info("Hello")
    assert caplog.records[0].name == "liveactions.requests"


async def test_it_can_be_awaited():
    request = ActionRequest()
    with request.capture_logger("DEBUG") as kept:
        await request.adebug("a")
        await request.ainfo("b")
        await request.awarning("c")
    assert kept.getvalue() == "a\nb\nc\n"
