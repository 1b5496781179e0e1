"""For those who keep a site running: whether this process is well, what it counts, what ``live doctor`` looks at."""

from liveactions.operations.collecting import set_aside
from liveactions.operations.condition import begin_draining
from liveactions.operations.doors import serve_health, serve_metrics, serve_readiness
from liveactions.operations.listening import make_room, when_running
from liveactions.operations.printouts import spare_printouts

__all__ = [
    "begin_draining",
    "make_room",
    "serve_health",
    "serve_metrics",
    "serve_readiness",
    "set_aside",
    "spare_printouts",
    "when_running",
]
