from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from liveactions.errors import BusUnavailable
from sample_site.desk import news, orders


class Command(BaseCommand):
    help = "The desk's worker: marks orders late, and tells pages of each new day. Runs until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="how often to look (default 5)")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = timezone.localdate()

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.look()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.say(f"Watching the desk every {options['every']:g} s.")
        while not stop.is_set():
            close_old_connections()
            self.look()
            stop.wait(options["every"])
        self.say("The watch has ended.")

    def say(self, text: str) -> None:
        """At once, also where a line would wait for others: in a pipe, as every process of a Procfile has one."""
        self.stdout.write(text)
        self.stdout.flush()

    def look(self) -> None:
        try:
            for order in orders.mark_late(timezone.now()):
                self.say(f"{order} is late.")
            if (today := timezone.localdate()) != self.today:
                news.day_began()
                self.today = today
        except (OperationalError, BusUnavailable) as error:
            # A worker outlives a database or a Redis that is busy or away; what is not done now is done next time.
            self.stderr.write(f"{error} Looking again soon.")
