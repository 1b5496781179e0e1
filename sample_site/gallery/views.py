from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

__all__ = ["Gallery"]

ROOMS = (
    ("html", "HTML and Delete", "gallery.html_words", "Put markup into the page, in each of the eight ways."),
    ("messages", "Toast, Notify, Error", "gallery.messages", "Tell somebody something, with or without a button."),
    ("browser", "Event, History, LoadJS, Redirect", "gallery.browser_words", "Ask the browser to do something."),
    ("signals", "Signal and Signals", "gallery.signal_words", "Values that live in the browser, without any markup."),
    ("streams", "Generators", "gallery.streams", "Each item arrives as it is yielded, before the rest is done."),
    ("shapes", "What an action may return", "gallery.return_shapes", "Every shape, and what it comes to."),
)


class Gallery(LoginRequiredMixin, TemplateView):
    """One room for each kind of word; each room is one component."""

    template_name = "gallery/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = ("anchor", "title", "component", "about")
        rooms = [dict(zip(names, room, strict=True)) for room in ROOMS]
        return super().get_context_data(section="gallery", rooms=rooms, **kwargs)
