"""A customer as a vCard, which address books on every system read."""

from __future__ import annotations

from collections.abc import Iterable

from sample_site.desk.models import Customer

__all__ = ["vcards"]

ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def vcards(customers: Iterable[Customer]) -> bytes:
    """One card after another, version 3.0."""
    return "".join(map(vcard, customers)).encode()


def vcard(customer: Customer) -> str:
    name, street, city, postcode = (
        text.translate(ESCAPES) for text in (customer.name, customer.street, customer.city, customer.postcode)
    )
    lines = {
        f"FN:{name}": name,
        f"ORG:{name}": name,
        f"ADR;TYPE=WORK:;;{street};{city};;{postcode};": street or city,
        f"EMAIL:{customer.email}": customer.email,
        f"TEL;TYPE=WORK:{customer.phone}": customer.phone,
    }
    told = [line for line, known in lines.items() if known]
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", "N:;;;;", *told, "END:VCARD", ""])
