"""What works where a WebSocket does not, and where there is no JavaScript.

``streams`` (``GET <path>stream``) is the way down, ``posts`` (``POST <path>frames``) the way up. Together they are a
WebSocket for ``LiveConsumer``, which does not notice: its frames, numbers, limits and refusals are those of every page.

``forms`` is for browsers without JavaScript: a form with ``{% live_post %}`` works by a plain post.
"""

from liveactions.fallback.forms import FIELD, LiveForms, check_installed
from liveactions.fallback.posts import serve_frames
from liveactions.fallback.streams import serve_stream

__all__ = ["FIELD", "LiveForms", "check_installed", "serve_frames", "serve_stream"]
