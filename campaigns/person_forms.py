"""Forms of the page about one person: the number asked for, and what is to be done about it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms import countries
from people import phones, reasons

TICK = {"class": "form-check-input"}


class LookUpForm(forms.Form):
    """A number as the person says it; `number` is E.164 when it is valid."""

    number = forms.CharField(
        label=_("Number of the person who asks"),
        max_length=40,
        widget=forms.TextInput(
            {"class": "form-control", "inputmode": "tel", "autocomplete": "off", "dir": "ltr"}
        ),
    )
    country = forms.ChoiceField(
        label=_("Country of a number written without +"),
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, *args: Any, own: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries(own)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("number") and told.get("country"):
            try:
                told["number"] = phones.normalise(told["number"], told["country"])
            except phones.InvalidPhone as bad:
                self.add_error("number", reasons.word(reasons.REFUSED, str(bad.reason)))
        return told


class AskedForm(forms.Form):
    """`held`: the number, sealed. Whoever acts says that the person asked."""

    held = forms.CharField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("The person asked for this, and showed that the phone is theirs."),
        widget=forms.CheckboxInput(TICK),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        """Two of them stand on one page: their fields have ids of their own."""
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


class HandOutForm(AskedForm):
    """Which file."""

    form = forms.ChoiceField(
        label=_("File"),
        choices=[("text", _("to read (text)")), ("json", _("for a machine (JSON)"))],
        initial="text",
        widget=forms.RadioSelect(TICK),
    )


class ForgetForm(AskedForm):
    """Erasing and ending messages are two wishes: the second must be asked, never guessed."""

    stop = forms.TypedChoiceField(
        label=_("Shall messages end too?"),
        choices=[
            ("yes", _("Yes: no message ever again, until they send START")),
            ("no", _("No: they may be on a later list and be sent to")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect(TICK),
    )
