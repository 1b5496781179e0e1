from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sample_site.notices import sending


class Command(BaseCommand):
    help = "Show a toast on every open page of a user, of a team, or of everyone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text")
        whom = parser.add_mutually_exclusive_group()
        whom.add_argument("--user", metavar="NAME", help="every page of one user")
        whom.add_argument("--topic", metavar="TEAM", help="every page that follows a team: warehouse, billing")
        whom.add_argument("--everyone", action="store_true", help="every page (the default)")
        parser.add_argument("--level", choices=sending.LEVELS, default="info")
        parser.add_argument("--keep", action="store_true", help="put it into their notices as well")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = sending.send(to(options), options["text"], options["level"], keep=options["keep"])
        except sending.UnknownRecipient as error:
            raise CommandError(str(error)) from error
        self.stdout.write(sending.receipt(count))


def to(options: dict[str, Any]) -> str:
    if options["user"]:
        return f"user:{options['user']}"
    return f"topic:{options['topic'].removeprefix('team.')}" if options["topic"] else sending.EVERYONE
