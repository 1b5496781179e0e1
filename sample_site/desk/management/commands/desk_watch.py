from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from sample_site.desk import orders, presence


class Command(BaseCommand):
    help = "The desk's worker: marks orders late when their promised time has passed. Runs until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="how often to look (default 5)")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            self.stdout.write(f"Watching the desk every {options['every']:g} s.")
        while not stop.is_set():
            self.look()
            if options["once"] or stop.wait(options["every"]):
                break
        if not options["once"]:
            self.stdout.write("The watch has ended.")

    def look(self) -> None:
        close_old_connections()
        try:
            for order in orders.mark_late(timezone.now()):
                self.stdout.write(f"{order} is late.")
            presence.forget_stale()
        except OperationalError as error:
            # A worker outlives a database that is busy or away; what it did not do now it does next time.
            self.stderr.write(f"The database did not answer ({error}); looking again soon.")
