"""Transactions of atomic actions: effect, receipt and what others are told, committed together.

``transactions`` commits and claims calls, ``dispatches`` keeps what is to be told and sends it after the commit,
``versions`` has shared components follow their transactions, and ``sweeping`` has any process send what another one has
left behind.
"""

from __future__ import annotations

from liveactions.ledger.sweeping import Sweeper, databases
from liveactions.ledger.transactions import DatabaseLedger

__all__ = ["DatabaseLedger", "Sweeper", "databases"]
