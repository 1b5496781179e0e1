from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import Count
from django.utils import timezone

from liveactions.errors import BusUnavailable
from sample_site.desk import news, orders
from sample_site.desk.management.commands.desk_watch import Command
from sample_site.desk.models import BOARD_STAGES, Order, OrderLine
from sample_site.notices.models import Notice
from tests import processes
from tests.sample_site.conftest import user_stream

MANAGE = str(Path(__file__).resolve().parents[2] / "sample_site" / "manage.py")


def run(*args, **options) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_the_seed_fills_an_empty_desk_with_people_who_can_sign_in(db):
    assert "ana / desk and ben / desk" in run("desk_seed")
    for name in ("ana", "ben"):
        user = authenticate(username=name, password="desk")
        assert user.has_perm("desk.change_order") and user.has_perm("desk.add_order")
    counts = dict(Order.objects.values_list("stage").annotate(count=Count("pk")).order_by())
    assert all(counts[stage] >= 7 for stage in BOARD_STAGES)
    assert sum(counts.values()) == 40


def test_every_seeded_total_is_the_sum_of_its_lines(db):
    run("desk_seed")
    for order in Order.objects.prefetch_related("lines"):
        assert order.total == sum(line.total for line in order.lines.all()) > 0


def test_a_second_seed_changes_nothing(db):
    run("desk_seed")
    before = list(OrderLine.objects.values()), list(Order.objects.values())
    assert "was filled before" in run("desk_seed")
    assert (list(OrderLine.objects.values()), list(Order.objects.values())) == before


def test_the_watch_marks_what_is_late(order):
    Order.objects.update(promised_at=timezone.now() - timedelta(minutes=1))
    assert run("desk_watch", once=True) == "#1042 is late.\n"
    assert run("desk_watch", once=True) == ""
    order.refresh_from_db()
    assert order.late


@pytest.mark.parametrize("error", [OperationalError("database is locked"), BusUnavailable("Redis is away.")])
def test_the_watch_outlives_what_is_away(order, monkeypatch, error):
    def fail(now):
        raise error

    monkeypatch.setattr(orders, "mark_late", fail)
    complaints = StringIO()
    assert run("desk_watch", once=True, stderr=complaints) == ""
    assert "Looking again soon." in complaints.getvalue()


def test_the_watch_tells_of_a_new_day_once_and_tries_again_while_redis_is_away(db, told, monkeypatch):
    watch, days = Command(stderr=StringIO()), []
    watch.look()
    assert told == []
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: tomorrow)

    def away():
        days.append("away")
        raise BusUnavailable("Redis is away.")

    with monkeypatch.context() as while_it_is_away:
        while_it_is_away.setattr(news, "day_began", away)
        watch.look()
    for _ in range(2):
        watch.look()
    assert days == ["away"]
    assert [(one.stream, one.event) for one in told] == [(news.DAYS, "day_began")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_watch_ends_cleanly_when_told(tmp_path, number):
    env = {**os.environ, "DESK_DATABASE": str(tmp_path / "desk.sqlite3"), "REDIS_URL": "", "PYTHONUNBUFFERED": "1"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    processes.run([sys.executable, MANAGE, "migrate", "-v0"], env=env, check=True, cwd=tmp_path)
    reader, writer = os.pipe()
    with os.fdopen(reader) as printed:
        with os.fdopen(writer, "wb") as out:
            watch = processes.start([sys.executable, MANAGE, "desk_watch"], env=env, cwd=tmp_path, out=out)
        assert printed.readline().startswith("Watching the desk")
        watch.send_signal(number)
        assert printed.read() == "The watch has ended.\n"
        assert watch.wait(10) == 0


@pytest.mark.parametrize(
    ("options", "stream"),
    [
        ({}, "@all"),
        ({"everyone": True}, "@all"),
        ({"topic": "billing"}, "team.billing"),
        ({"topic": "team.billing"}, "team.billing"),
    ],
)
def test_an_announcement_reaches_its_audience(people, told, options, stream):
    run("desk_announce", "Lunch", **options)
    assert [one.stream for one in told] == [stream]


def test_an_announcement_to_one_user_can_be_kept(ana, told):
    assert run("desk_announce", "Call back", user="ana", level="warning", keep=True) == "Sent to 1 person.\n"
    assert told[0].stream == user_stream(ana)
    assert Notice.objects.get().level == "warning"


def test_an_announcement_to_nobody_says_who_there_is(people, told):
    with pytest.raises(CommandError, match="user:ana"):
        run("desk_announce", "Hello", user="eve")
    assert told == []
