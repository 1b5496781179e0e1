"""Three generations of one component. Each inherits template, state and actions, and changes what it must."""

from __future__ import annotations

from django.utils import timezone

from liveactions import Component, Notify, Result, Toast, action

__all__ = ["AuditedCounter", "CappedCounter", "Counter"]


class Counter(Component):
    """A number that can be counted up."""

    template_name = "subclassing/counter.html"
    count: int = 0

    @action
    def increment(self, by: int = 1) -> Result | None:
        self.count += by
        return None

    @action
    def reset(self) -> Result | None:
        self.count = 0
        return Toast("Back to zero.")


class CappedCounter(Counter):
    """It has one more field, and refuses to count beyond it."""

    template_name = "subclassing/capped_counter.html"
    cap: int = 10

    @action
    def increment(self, by: int = 1) -> Result | None:
        if self.count + by > self.cap:
            return Notify(f"The cap is {self.cap}.", color="orange")
        return super().increment(by)


class AuditedCounter(CappedCounter):
    """It writes down who counted, and what is written down cannot be reset."""

    template_name = "subclassing/audited_counter.html"
    trail: list[str] = []

    @action
    def increment(self, by: int = 1) -> Result | None:
        before = self.count
        answer = super().increment(by)
        if self.count != before:
            self.trail.append(f"{timezone.localtime():%H:%M:%S} {self.user} +{by}")
        return answer

    reset = None  # no longer an action
