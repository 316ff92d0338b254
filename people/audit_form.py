"""Which entries of the audit a reader asks for, as the address says it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.dressing import dress
from people.auditors import Sieve
from people.forms import choices
from people.models import Kind


class AuditForm(forms.Form):
    """What makes no sense asks for nothing in particular."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices]
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    country = forms.ChoiceField(label=_("Country"), required=False)
    first = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, data: Mapping[str, Any], *, countries: Sequence[str]) -> None:
        super().__init__(data)
        own = [("", _("all")), *choices(countries)]
        self.fields["country"].choices = own  # type: ignore[attr-defined]
        dress(self)

    def sieve(self) -> Sieve:
        told = self._told()
        return Sieve(**{name: told[name] for name in Sieve.__slots__ if told.get(name)})

    def query(self) -> str:
        """The filters as the next page's address carries them."""
        return urlencode({name: value for name, value in self._told().items() if value})

    def _told(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data
