from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from liveactions.components import registry
from sample_site.gallery.room import Room
from sample_site.gallery.rooms import ROOMS
from sample_site.gallery.vocabulary import missing

__all__ = ["Gallery"]


class Gallery(LoginRequiredMixin, TemplateView):
    """Every room, each one component; and, while one develops, the words that no room shows."""

    template_name = "gallery/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rooms = [shown(room) for room in ROOMS]
        return super().get_context_data(
            section="gallery", rooms=rooms, missing=missing(ROOMS) if settings.DEBUG else (), **kwargs
        )


def shown(room: type[Room]) -> dict[str, Any]:
    return {
        "anchor": room.__name__.lower(),
        "title": room.__name__,
        "about": room.about,
        "component": registry.name_of(room),
        "places": room.places,
    }
