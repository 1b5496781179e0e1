"""The components of the app, found by this module's name."""

from liveactions.contrib.records.detail import RecordDetail
from liveactions.contrib.records.listing import RecordList

__all__ = ["RecordDetail", "RecordList"]
