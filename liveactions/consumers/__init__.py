"""The socket door."""

from liveactions.consumers.live import LiveConsumer

__all__ = ["LiveConsumer"]
