"""Browser-side values, as the client keeps them: of the page (``$name``), and of components."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

__all__ = ["Signals", "merge"]

Values = dict[str, Any]


def merge(target: Values, patch: Mapping[str, Any]) -> None:
    """Merge ``patch`` into ``target``: maps deeply, everything else (lists, None) replaces."""
    for name, value in patch.items():
        present = target.get(name)
        if isinstance(value, Mapping) and isinstance(present, dict):
            merge(present, value)
        else:
            target[name] = copy.deepcopy(value)


class Signals:
    """The values of one page: ``page`` has the page-wide ones with their ``$``, ``local`` those of each component."""

    def __init__(self) -> None:
        self.page: Values = {}
        self.local: dict[int, Values] = {}
        self.sources: dict[int, str] = {}

    def patch(self, component: int | None, values: Mapping[str, Any]) -> None:
        """Values that ``component`` sent. What no component sent belongs to the page as a whole."""
        wide = {name: value for name, value in values.items() if component is None or is_wide(name)}
        merge(self.page, wide)
        if component is not None:
            merge(self.of(component), {name: value for name, value in values.items() if name not in wide})

    def read(self, component: int, source: str, values: Mapping[str, Any]) -> None:
        """The ``live-signals`` of a component's root; the same text again is no news."""
        if self.sources.get(component) != source:
            self.sources[component] = source
            self.patch(component, values)

    def of(self, component: int) -> Values:
        return self.local.setdefault(component, {})


def is_wide(name: str) -> bool:
    return len(name) > 1 and name.startswith("$")
