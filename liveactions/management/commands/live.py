"""``manage.py live``: what the package can say about a project's components and a deployment, and the worker."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template import TemplateSyntaxError

from liveactions.bus import close_hub
from liveactions.components import registry
from liveactions.conf import conf
from liveactions.consumers.process import host, keep_sweeping
from liveactions.consumers.worker import serve
from liveactions.errors import LiveActionsError, LocalError
from liveactions.operations.conversation import conversation
from liveactions.operations.doctor import examine
from liveactions.operations.findings import is_well, table
from liveactions.templating import template_of
from liveactions.templating.explain import explained, lines
from liveactions.templating.program import Outcome, looked_up
from liveactions.threads import runner

__all__ = ["Command"]


class Command(BaseCommand):
    """``manage.py live explain NAME``, ``live worker``, ``live doctor`` and ``live conversation``."""

    help = "Tells how a component's template is tracked; runs actions in the background; examines a deployment."

    def add_arguments(self, parser: CommandParser) -> None:
        topics = parser.add_subparsers(dest="topic", required=True, metavar="explain|worker|doctor|conversation")
        explain = topics.add_parser("explain", help="the program of a component: each slot, and what it reads")
        explain.add_argument("names", nargs="*", metavar="NAME", help="components; without any, all of them")
        explain.add_argument("--json", action="store_true", help="as JSON")
        worker = topics.add_parser(
            "worker", help="runs the actions marked with background=True, until it is told to stop"
        )
        worker.add_argument("--jobs", type=int, default=4, help="how many at a time (default 4)")
        worker.add_argument(
            "--grace", type=float, default=10.0, help="seconds for those that run at the end (default 10)"
        )

        doctor = topics.add_parser("doctor", help="looks at a deployment from end to end, and says what to mend")
        doctor.add_argument("--url", default="", help="the public address, such as https://shop.example/")
        doctor.add_argument("--patience", type=float, help="seconds for which a socket is kept idle (two heartbeats)")
        doctor.add_argument("--json", action="store_true", help="as JSON")
        retold = topics.add_parser("conversation", help="what a page and the server said, for a test to play again")
        retold.add_argument("log", metavar="LOG", help="a file to which the logger liveactions.frames was written")
        retold.add_argument("tab", nargs="?", default="", metavar="TAB", help="the beginning of the page's id")

    def handle(self, *_: Any, **options: Any) -> None:
        {
            "explain": self.explain,
            "worker": self.work,
            "doctor": self.examine,
            "conversation": self.retell,
        }[options["topic"]](options)

    def retell(self, options: dict[str, Any]) -> None:
        try:
            with Path(options["log"]).open(encoding="utf-8") as lines:
                told = conversation(lines, options["tab"])
        except (OSError, LocalError) as error:
            raise CommandError(" ".join(filter(None, [str(error), getattr(error, "hint", "")]))) from error
        self.say(json.dumps(told, indent=1, ensure_ascii=False))

    def examine(self, options: dict[str, Any]) -> None:
        url = options["url"]
        if url and not url.startswith(("http://", "https://")):
            raise CommandError(f"--url is {url!r}; it begins with https:// (or http://).")
        found = list(examine(url, patience=options["patience"]))
        if options["json"]:
            self.say(json.dumps([finding._asdict() for finding in found], indent=2))
        else:
            self.say("\n".join(table(found)))
        if not is_well(found):
            sys.exit(1)

    def work(self, options: dict[str, Any]) -> None:
        if not conf().redis_url:
            raise CommandError("A worker needs Redis, through which pages reach it. Set REDIS_URL.")
        if options["jobs"] < 1:
            raise CommandError("--jobs is at least 1.")
        asyncio.run(self.serve(options["jobs"], options["grace"]))

    async def serve(self, jobs: int, grace: float) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        keep_sweeping()
        try:
            await serve(host(runner()), jobs, stop, grace, ready=lambda: self.say(f"Working, {jobs} jobs at a time."))
        finally:
            await close_hub()
        self.say("The worker has ended.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def explain(self, options: dict[str, Any]) -> None:
        names: list[str] = options["names"] or registry.names()
        found = [(name, *outcome_of(name)) for name in names]
        if options["json"]:
            self.stdout.write(json.dumps([explained(*each) for each in found], indent=2))
            return
        self.stdout.write("\n\n".join("\n".join(lines(*each)) for each in found))


def outcome_of(name: str) -> tuple[Outcome, type]:
    """The program of a component, or why there is none, and its class. Raises ``CommandError`` for another name."""
    try:
        component: Any = registry.get(name)
        return looked_up(template_of(component), component), component
    except LiveActionsError as error:
        raise CommandError(" ".join(filter(None, [error.message, error.hint]))) from error
    except TemplateSyntaxError as error:
        raise CommandError(f"{name}: its template cannot be parsed: {error}.") from error
