"""For those who keep a site running: whether this process is well, what it counts, what ``live doctor`` looks at."""

from liveactions.operations.condition import begin_draining
from liveactions.operations.doors import serve_health, serve_metrics, serve_readiness

__all__ = ["begin_draining", "serve_health", "serve_metrics", "serve_readiness"]
