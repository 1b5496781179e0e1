"""Small things templates say often: an icon, an amount, a promise, a moment, somebody's initials."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of ``desk/icons.svg``; what it means must stand beside it in words."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("desk/icons.svg"), name)


@register.filter
def money(amount: Decimal) -> str:
    """``1234.5`` → ``€ 1,234.50``; amounts from 10,000 on without cents, which nobody reads at a glance."""
    return euros(amount, 0 if amount >= 10_000 else 2)


@register.filter
def exact(amount: Decimal) -> str:
    """The same to the cent, as it has to stand on an invoice; in German ``€ 1.234,50``."""
    return euros(amount, 2)


def euros(amount: Decimal, places: int) -> str:
    return "€\u202f" + formats.number_format(round(amount, places), places, use_l10n=True, force_grouping=True)


@register.filter
def promise(moment: datetime) -> str:
    """A promised time as one would say it: ``14:30`` today, ``Fri 12:00`` within a week, else ``3 May``."""
    local = timezone.localtime(moment)
    days = abs((local.date() - timezone.localdate()).days)
    if days == 0:
        return formats.date_format(local, "H:i")
    return formats.date_format(local, "D H:i" if days < 7 else "j M")


@register.filter
def moment(when: datetime) -> str:
    """When something happened: ``14:30`` today, ``3 May, 14:30`` before."""
    local = timezone.localtime(when)
    recent = timezone.now() - when < timedelta(days=1) and local.date() == timezone.localdate()
    return formats.date_format(local, "H:i" if recent else "j M, H:i")


@register.filter
def initial(name: object) -> str:
    return str(name)[:1].upper()
