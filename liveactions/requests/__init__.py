"""The action request on a Django site: rows, links, buttons, records, mail, logs, and running actions from code."""

from liveactions.requests.links import record_urls
from liveactions.requests.mail import post
from liveactions.requests.renderers import HtmlRenderer, Renderer, TestRenderer, TextRenderer
from liveactions.requests.request import ActionRequest
from liveactions.requests.rows import PhantomRow
from liveactions.requests.running import InstanceAction

__all__ = [
    "ActionRequest",
    "HtmlRenderer",
    "InstanceAction",
    "PhantomRow",
    "Renderer",
    "TestRenderer",
    "TextRenderer",
    "post",
    "record_urls",
]
