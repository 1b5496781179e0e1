from __future__ import annotations

from django.db import models


class Effect(models.Model):
    """That a call was done. Nothing forbids a second row of the same call: that is what is looked for."""

    call = models.TextField()
