"""Templates that people write at run time: Django's language, without what reaches beyond the text.

There is no ``{% load %}``, ``{% include %}``, ``{% extends %}``, ``{% url %}`` or ``{% debug %}``, and nothing that
turns escaping off. A record is not handed over itself, but what may be shown of it: its fields, and those of the
records that it points to. Calling its methods is not possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Manager, Model, QuerySet
from django.template import Context, Engine, Library, Template, defaultfilters, defaulttags
from django.utils import timezone, translation
from django.utils.html import strip_tags

from liveactions.contrib.mail.cleaning import cleaned

__all__ = ["Rendered", "Shown", "compiled", "render"]

TAGS = ("comment", "cycle", "firstof", "for", "if", "ifchanged", "now", "regroup", "spaceless", "templatetag", "with")
UNSAFE_FILTERS = frozenset({"safe", "safeseq", "pprint", "json_script"})
MAX_SOURCE = 100_000
PLAIN = (str, int, float, Decimal, date, time, timedelta, UUID)
SECRET = ("password", "secret", "token", "hash", "api_key")
"""Fields with one of these in their name are not shown, whatever the model says."""


@lru_cache(maxsize=1)
def engine() -> Engine:
    """An engine that finds no templates and knows few tags."""
    made = Engine(libraries={}, loaders=[], autoescape=True, string_if_invalid="")
    made.template_libraries = {}
    made.template_builtins = [library()]
    return made


def library() -> Library:
    made = Library()
    made.tags = {name: defaulttags.register.tags[name] for name in TAGS}
    known = defaultfilters.register.filters
    made.filters = {name: function for name, function in known.items() if name not in UNSAFE_FILTERS}
    return made


def compiled(source: str) -> Template:
    """The template of a text. Raises ``TemplateSyntaxError``."""
    return Template(source[:MAX_SOURCE], engine=engine())


class Rendered(NamedTuple):
    subject: str
    body: str
    """HTML that has been cleaned."""


def render(subject: str, body: str, *, record: Any = None, user: Any = None, language: str = "") -> Rendered:
    """Both texts, filled in. Known are ``record``, ``user`` and ``today``. Raises ``TemplateSyntaxError``."""
    known = {"record": shown(record), "user": shown(user), "today": timezone.localdate()}
    with translation.override(language or translation.get_language()):
        line = compiled(subject).render(Context(known, autoescape=False))
        html = compiled(body).render(Context(known))
    return Rendered(" ".join(line.split())[:255], cleaned(html))


class Shown(Mapping[str, Any]):
    """What a template may see of a record: fields, ``pk``, and what its class lists in ``mail_fields``.

    With ``mail_fields`` it is those names and no others; they may be properties, and relations to many.
    """

    def __init__(self, record: Model) -> None:
        self._record = record

    def __str__(self) -> str:
        return str(self._record)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __getitem__(self, name: str) -> Any:
        if name not in self._names():
            raise KeyError(name)
        if name.startswith("get_") and name.endswith("_display"):
            return getattr(self._record, name)()
        return shown(getattr(self._record, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> dict[str, None]:
        own = getattr(type(self._record), "mail_fields", None)
        names = [*own] if own is not None else list(fields_of(type(self._record)))
        return dict.fromkeys(name for name in names if not is_secret(name))


def is_secret(name: str) -> bool:
    return name.startswith("_") or any(part in name.lower() for part in SECRET)


@lru_cache(maxsize=256)
def fields_of(model: type[Model]) -> tuple[str, ...]:
    options = model._meta  # noqa: SLF001  # documented
    names = [field.name for field in options.concrete_fields]
    choices = [f"get_{field.name}_display" for field in options.concrete_fields if field.choices]
    try:
        options.get_field("pk")
    except FieldDoesNotExist:
        names.append("pk")
    return (*names, *choices)


def shown(value: Any) -> Any:
    """A value as a template may see it: records by what may be shown of them, and no functions."""
    if isinstance(value, Model):
        return Shown(value)
    if isinstance(value, Manager):
        value = value.all()
    if isinstance(value, (QuerySet, list, tuple)):
        return [shown(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): shown(item) for name, item in value.items()}
    return value if value is None or isinstance(value, PLAIN) else str(value)


def text_of(html: str) -> str:
    """The text of an HTML body, for those who read no HTML."""
    lines = html.replace("<br>", "\n").replace("</p>", "</p>\n\n").replace("</li>", "</li>\n").replace("</div>", "\n")
    return unescape(strip_tags(lines)).strip()
