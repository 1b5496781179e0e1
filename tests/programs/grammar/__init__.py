"""Random Django templates: mostly sound HTML with everything that Django's tags can do to it, sometimes broken.

`Writer` writes one set of templates (``main`` and those that it includes or extends) with any source of chance that has
the methods of ``random.Random``; hypothesis has one that it can make smaller.
"""

from tests.programs.grammar.words import FIXED
from tests.programs.grammar.writer import Writer

__all__ = ["FIXED", "Writer"]
