from __future__ import annotations

from typing import Any

from django import forms

from sample_site.notices import sending

__all__ = ["NoticeForm"]


class NoticeForm(forms.Form):
    """What to send, and to whom. The component and the ordinary view share it."""

    KINDS = (("toast", "A toast"), ("notice", "A toast that is kept"), ("badge", "Only $unread"))

    to = forms.ChoiceField(label="To", choices=sending.choices)
    kind = forms.ChoiceField(label="What", choices=KINDS, initial="toast")
    level = forms.ChoiceField(choices=[(level, level.title()) for level in sending.LEVELS], initial="info")
    text = forms.CharField(label="Message", max_length=160, required=False)
    number = forms.IntegerField(label="Number for $unread", min_value=0, max_value=99, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("class", "input")
            if self.is_bound and name in self.errors:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{self[name].id_for_label}_error"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == "badge":
            if cleaned.get("number") is None and "number" not in self.errors:
                self.add_error("number", "Which number?")
        elif not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", "Write a message.")
        return cleaned

    def send(self, sender: str) -> str:
        """Send it, and say to how many people it went."""
        wanted = self.cleaned_data
        if wanted["kind"] == "badge":
            count = sending.set_badge(wanted["to"], wanted["number"])
        else:
            count = sending.send(
                wanted["to"], wanted["text"], wanted["level"], keep=wanted["kind"] == "notice", sender=sender
            )
        return sending.receipt(count)
