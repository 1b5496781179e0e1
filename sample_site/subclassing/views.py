from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.template.loader import get_template
from django.views.generic import TemplateView

from liveactions import Component
from liveactions.components import declaration
from sample_site.subclassing.components import AuditedCounter, CappedCounter, Counter

__all__ = ["Subclassing"]


class Subclassing(LoginRequiredMixin, TemplateView):
    """Three generations, live, beside their source."""

    template_name = "subclassing/subclassing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        generations = [generation(cls) for cls in (Counter, CappedCounter, AuditedCounter)]
        return super().get_context_data(section="subclassing", generations=generations, **kwargs)


def generation(cls: type[Component]) -> dict[str, str]:
    template = get_template(str(cls.template_name)).template  # type: ignore[attr-defined]  # of Django's own engine
    return {
        "name": declaration(cls).name,
        "title": cls.__name__,
        "about": str(cls.__doc__),
        "parent": cls.__mro__[1].__name__,
        "path": f"{cls.__module__}.{cls.__qualname__}",
        "template": template.source.strip(),
    }
