"""A live session: one connected page. (Not Django's session.) Time begins here; Django does not.

``pages`` holds the sessions of this process, ``page`` is one of them, ``tree`` its components (each a ``node``),
``turns`` and ``calls`` what it does when its turn has come; ``ports`` says what it needs of the world.
"""

from liveactions.runtime import performers  # noqa: F401  # registers itself
from liveactions.runtime.deadlines import Deadlines
from liveactions.runtime.host import Host
from liveactions.runtime.limits import Limits
from liveactions.runtime.node import Node
from liveactions.runtime.page import Page
from liveactions.runtime.pages import Pages
from liveactions.runtime.surroundings import Surroundings
from liveactions.runtime.tree import Tree

__all__ = ["Deadlines", "Host", "Limits", "Node", "Page", "Pages", "Surroundings", "Tree"]
