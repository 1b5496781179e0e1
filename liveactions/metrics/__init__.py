"""What the package counts of itself, at nearly no cost: plain numbers that a scraper may read.

``figures`` are the numbers, ``text`` writes them as Prometheus reads them.
"""

from liveactions.metrics import figures
from liveactions.metrics.text import CONTENT_TYPE, exposition
from liveactions.metrics.values import Counter, Family, Sample

__all__ = ["CONTENT_TYPE", "Counter", "Family", "Sample", "exposition", "figures"]
