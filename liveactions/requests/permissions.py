"""Who may: the permission of the action, for the user for whom it is done and the rows that were chosen."""

from __future__ import annotations

from typing import Any

from liveactions.components import Permission, allowed, declaration
from liveactions.components.declaration import DECLARATION
from liveactions.requests.rows import RowsOfRequest

__all__ = ["PermissionsOfRequest"]


class PermissionsOfRequest(RowsOfRequest):
    @property
    def permission(self) -> bool:
        """Whether the action of this request may be run on the rows that were chosen."""
        return self.get_permission()

    def get_permission(self, permission: Permission | None = None) -> bool:
        """Whether ``permission`` (that of the action if none is given) holds.

        A name (``"desk.change_order"``) holds if the user has it, or has it for each of the chosen rows. A row may
        have a say of its own: ``row.get_row_permission(request)``.
        """
        wanted = self.action_permission if permission is None else permission
        return self.holds(wanted) and all(self.on_row(row) for row in self.selected_rows)

    @property
    def action_permission(self) -> Permission | None:
        cls = type(self.component_instance)
        spec = declaration(cls).actions.get(self.action) if hasattr(cls, DECLARATION) else None
        return None if spec is None else spec.options.permission

    def holds(self, permission: Permission | None) -> bool:
        if isinstance(permission, tuple):
            return all(self.holds(part) for part in permission)
        if not isinstance(permission, str):
            return allowed(permission, self.component_instance or self)
        rows = self.selected_rows
        return self.has_perm(permission) or (bool(rows) and all(self.has_row_perm(permission, row) for row in rows))

    def has_row_perm(self, name: str, row: Any) -> bool:
        ask = getattr(self.get_user(), "has_perm", None)
        return ask is not None and ask(name, row) is True

    def on_row(self, row: Any) -> bool:
        ask = getattr(row, "get_row_permission", None)
        return not callable(ask) or ask(self) is not False
