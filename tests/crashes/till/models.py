from __future__ import annotations

from django.db import models


class Payment(models.Model):
    """An effect: written once, or it was done twice."""

    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name
