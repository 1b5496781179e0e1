"""Components → HTML by Django's template engine: ordinary templates, and what only changed in them."""

from liveactions.templating.context import ComponentContext
from liveactions.templating.forms import form_of
from liveactions.templating.renderer import NeedsThread, TemplateRenderer, renderer, template_of

__all__ = ["ComponentContext", "NeedsThread", "TemplateRenderer", "form_of", "renderer", "template_of"]
