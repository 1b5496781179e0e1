"""The vocabulary: what an action may answer, for whom, and how it is written on the wire."""

from liveactions.results import audience
from liveactions.results.audience import Audience
from liveactions.results.custom import register_result
from liveactions.results.dicts import from_dict
from liveactions.results.doors import Actions, Foreign, forms_first, items_of
from liveactions.results.encoding import SHAPES, array_of, from_wire, teach_reference, to_wire
from liveactions.results.performing import is_performed, perform, performs
from liveactions.results.plain import plain, teach
from liveactions.results.responding import action_response
from liveactions.results.words import *  # noqa: F403  # the vocabulary, listed there
from liveactions.results.words import __all__ as words

__all__ = [  # noqa: PLE0604
    "SHAPES",
    "Actions",
    "Audience",
    "Foreign",
    "action_response",
    "array_of",
    "audience",
    "from_dict",
    "from_wire",
    "is_performed",
    "forms_first",
    "items_of",
    "perform",
    "performs",
    "plain",
    "register_result",
    "teach",
    "teach_reference",
    "to_wire",
    *words,
]
