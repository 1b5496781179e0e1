"""``manage.py live``: what the package can say about a project's components."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template import TemplateSyntaxError

from liveactions.components import registry
from liveactions.errors import LiveActionsError
from liveactions.templating import template_of
from liveactions.templating.explain import explained, lines
from liveactions.templating.program import Outcome, looked_up

__all__ = ["Command"]


class Command(BaseCommand):
    """``manage.py live explain NAME``."""

    help = "Tells how a component's template is tracked."

    def add_arguments(self, parser: CommandParser) -> None:
        topics = parser.add_subparsers(dest="topic", required=True, metavar="explain")
        explain = topics.add_parser("explain", help="the program of a component: each slot, and what it reads")
        explain.add_argument("names", nargs="*", metavar="NAME", help="components; without any, all of them")
        explain.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
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
