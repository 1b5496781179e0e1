"""How many queries this process has sent to the database."""

from __future__ import annotations

from collections import Counter
from typing import Any

told = Counter[str]()


def sent() -> int:
    return told["queries"]


def count_those_of(connection: Any, **_: object) -> None:
    """Count the queries of a connection that was just made."""
    if counted not in connection.execute_wrappers:  # it may be opened again
        connection.execute_wrappers.append(counted)


def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    told["queries"] += not sql.startswith("PRAGMA")
    return execute(sql, params, many, context)
