"""What is broken on purpose, to see that it is found: each replaces one piece of the package in its process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

PLANTS: Mapping[str, Callable[[], None]] = {}
