"""The bell on every page, the list of notices, and the form that sends them."""

from __future__ import annotations

from liveactions import HTML, Component, Result, Toast, action, on
from sample_site.notices import sending
from sample_site.notices.forms import NoticeForm
from sample_site.notices.models import Notice

__all__ = ["Bell", "Composer", "Inbox"]


class Bell(Component):
    """How many notices are unread. It follows the topics of its user's teams, so every page of theirs does."""

    template_name = "notices/bell.html"

    def topics(self) -> list[str]:
        return sending.topics_of(self.user)

    def unread(self) -> int:
        return Notice.objects.unread_of(self.user).count()


class Inbox(Component):
    """The notices of one user. Marking them as read does so in every tab."""

    template_name = "notices/inbox.html"

    @on("notices_changed")
    def look_again(self) -> None:
        """Nothing to keep: the notices are read when the template is rendered."""

    def notices(self) -> list[Notice]:
        return list(Notice.objects.filter(user=self.user)[:12])

    def has_unread(self) -> bool:
        return Notice.objects.unread_of(self.user).exists()

    @action
    def mark_read(self) -> None:
        sending.mark_read(self.user)


class Composer(Component):
    """Sends a toast, a notice or a bare signal, to one user, a team, or everyone."""

    template_name = "notices/composer.html"

    typed: dict[str, str] = {}
    sent: int = 0
    """How many were sent. It is part of the form's id, so each begins with an empty form."""

    def form(self) -> NoticeForm:
        return NoticeForm(self.typed or None, auto_id="composer_%s")

    @action
    def send(self, to: str = "", kind: str = "", level: str = "", text: str = "", number: str = "") -> list[Result]:
        self.typed = {"to": to, "kind": kind, "level": level, "text": text, "number": number}
        form = self.form()
        if not form.is_valid():
            return [HTML(swap="none", focus="first-invalid")]
        self.typed, self.sent = {}, self.sent + 1
        done = Toast(form.send(self.user.get_username()), level="success")
        return [done, HTML(swap="none", focus="#composer_text")]
