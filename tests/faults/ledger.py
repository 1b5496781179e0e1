"""What was really done: one entry for each effect, in the database and outside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

__all__ = ["effects"]


def effects(folder: Path) -> list[str]:
    """The call of every effect, from both ledgers of a site."""
    return [*outside(folder / "effects"), *inside(folder / "effects.sqlite3")]


def outside(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def inside(database: Path) -> list[str]:
    connection = sqlite3.connect(database, timeout=20)
    try:
        return [call for (call,) in connection.execute("SELECT call FROM faults_effect ORDER BY id")]
    finally:
        connection.close()
