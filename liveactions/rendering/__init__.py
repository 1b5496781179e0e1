"""From HTML to what changed."""

from liveactions.rendering.html import digest_of, filled, find_root, id_of_root, mark, placeholder

__all__ = ["digest_of", "filled", "find_root", "id_of_root", "mark", "placeholder"]
