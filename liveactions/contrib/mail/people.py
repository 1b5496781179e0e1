"""To whom: addresses that can stand in a header, people known to a record, and who follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from email.utils import formataddr, parseaddr
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.utils.translation import gettext as _

__all__ = ["Contact", "contact_of", "contact_source", "display", "follower_contacts", "known_to", "same", "suggested"]

Contact = dict[str, Any]
"""``{"id": …, "name": …, "email": …}``."""

MAX_SUGGESTIONS = 8

Source = Callable[[str, Any], Iterable[Mapping[str, Any]]]

SOURCES: list[Source] = []


def contact_source(function: Source) -> Source:
    """Have the composer suggest whom ``function(text, user)`` finds: mappings with ``name`` and ``email``::

    @contact_source
    def customers(text, user):
        return Customer.objects.filter(name__icontains=text).values("id", "name", "email")[:8]
    """
    SOURCES.append(function)
    return function


def contact_of(given: str | Mapping[str, Any]) -> Contact:
    """A contact whose address can be written to: of a mapping, or of a text (``Ada <ada@firm.org>``).

    Control characters, by which one header could become two, are taken out of the name and refused in the address.
    Raises ``ValidationError``.
    """
    if isinstance(given, str):
        if "\n" in given or "\r" in given:
            raise ValidationError(_("“%(text)s” is not an address.") % {"text": one_line(given)})
        name, email = parseaddr(given)
        given = {"name": name, "email": email or given}
    name, email = one_line(str(given.get("name") or "")), str(given.get("email") or "").strip()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(_("“%(text)s” is not an address.") % {"text": one_line(email or name)[:80]}) from None
    return {"id": given.get("id"), "name": name[:120], "email": email}


def one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def display(contact: Mapping[str, Any]) -> str:
    """As it stands in a header."""
    return formataddr((contact.get("name") or "", contact["email"]))


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["email"].lower() == other["email"].lower())


def known_to(record: Model | None) -> list[Contact]:
    """Whom a record names itself, by a method ``mail_contacts()``."""
    method = getattr(record, "mail_contacts", None)
    return [] if method is None else list(valid(method()))


def suggested(text: str, user: Any, near: Iterable[Contact], chosen: Iterable[Contact]) -> list[Contact]:
    """Who may be meant by ``text``: people near the record, then whom the sources know; not who is chosen already."""
    wanted, taken = text.strip().lower(), {each["email"].lower() for each in chosen}
    found = [each for each in near if wanted in f"{each['name']} {each['email']}".lower()]
    if wanted:
        found += [each for source in SOURCES for each in valid(source(text.strip(), user))]
    fresh = {each["email"].lower(): each for each in reversed(found) if each["email"].lower() not in taken}
    return list(reversed(fresh.values()))[:MAX_SUGGESTIONS]


def valid(given: Iterable[Mapping[str, Any]]) -> Iterable[Contact]:
    for each in given:
        try:
            yield contact_of(each)
        except ValidationError:
            continue  # somebody without an address cannot be suggested


def follower_contacts(users: Iterable[Any]) -> list[Contact]:
    """Those of the users who have an address."""
    return list(
        valid({"id": user.pk, "name": user.get_full_name() or str(user), "email": user.email} for user in users)
    )
