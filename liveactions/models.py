"""What is written beside an application's own rows, in the transaction of an atomic action.

An application needs neither: they are for ``liveactions.ledger``.
"""

from __future__ import annotations

from django.db import models

__all__ = ["Dispatch", "Receipt"]


class Receipt(models.Model):
    """What an atomic action of a page's call has come to. One row for each, so it cannot be committed twice.

    A row without an ``answer`` says who may still do it: the holder of the page under ``fence``, and nobody before.
    """

    page = models.CharField(max_length=64)
    number = models.BigIntegerField()
    step = models.SmallIntegerField(default=0)
    """How many atomic actions of the call were committed before this one, which they handed over to."""
    fence = models.BigIntegerField()
    answer = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_index=True)
    """By the clock of the database; it only says when a row is old."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number", "step"], name="liveactions_one_receipt")]

    def __str__(self) -> str:
        return f"call {self.number} of page {self.page}"


class Dispatch(models.Model):
    """News that were committed and are not known to be in the log yet. Sent in the order of their keys."""

    stream = models.TextField()
    news = models.BinaryField()
    mark = models.CharField(max_length=32, null=True, unique=True)  # noqa: DJ001  # one that has none is like no other
    """Of the next version of a shared component: what its transaction is known by."""

    class Meta:
        verbose_name_plural = "dispatches"

    def __str__(self) -> str:
        return f"news for {self.stream}"
