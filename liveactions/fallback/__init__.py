"""What works where a WebSocket does not: the same conversation over an event stream and posts.

``streams`` (``GET <path>stream``) is the way down, ``posts`` (``POST <path>frames``) the way up. Together they are a
WebSocket for ``LiveConsumer``, which does not notice: its frames, numbers, limits and refusals are those of every page.
"""

from liveactions.fallback.posts import serve_frames
from liveactions.fallback.streams import serve_stream

__all__ = ["serve_frames", "serve_stream"]
