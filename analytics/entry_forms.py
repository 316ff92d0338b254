"""The form of an event or a broadcast."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics import attachments, entries
from analytics.definitions import COUNTRIES
from analytics.entries import Told
from analytics.goal_forms import DAY, Styled
from analytics.models import Entry, EntryKind, Indicator, Method

Files = Mapping[str, Any] | None


class EntryForm(Styled):
    """What was held or put on air, how many people, counted how. `old`: the row that it corrects."""

    kind = forms.ChoiceField(label=_("What it was"), choices=EntryKind.choices)
    title = forms.CharField(
        label=_("Title"), max_length=200, widget=forms.TextInput({"dir": "auto"})
    )
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(DAY))
    country = forms.ChoiceField(label=_("Country"))
    district = forms.CharField(
        label=_("District or town"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"dir": "auto", "list": "districts"}),
        help_text=_("The country's districts are offered while you type; a town is fine too."),
    )
    indicators = forms.MultipleChoiceField(
        label=_("Counts for"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "An event counts as one event for an indicator of events. Its people stand beside the unique "
            "numbers of the others, never in them."
        ),
    )
    people = forms.IntegerField(label=_("People"), min_value=0, max_value=entries.MOST)
    indirect = forms.BooleanField(
        label=_("Reached indirectly"),
        required=False,
        help_text=_("They heard of it and were not there. Always so of a broadcast."),
    )
    method = forms.ChoiceField(label=_("How they were counted"), choices=Method.choices)
    explained = forms.CharField(
        label=_("From which figures"),
        required=False,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=_("Needed for a broadcast: survey or coverage, of when, and the arithmetic."),
    )
    file = forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=forms.FileInput({"accept": attachments.ACCEPT}),
        help_text=_(
            "PDF, picture, Excel or Word, at most 10 MB. Cover names and faces first: an auditor needs the "
            "count, not the people."
        ),
    )
    why = forms.CharField(
        label=_("Why it changes"), max_length=300, widget=forms.TextInput({"dir": "auto"})
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: Files = None,
        *,
        countries: Collection[str],
        old: Entry | None = None,
    ) -> None:
        super().__init__(data, files, initial=_told_before(old) if old else {})
        known = [(one.code, str(one)) for one in Indicator.objects.all()]
        own = [(code, name) for code, name in COUNTRIES.items() if code in countries]
        self.fields["indicators"].choices = known  # type: ignore[attr-defined]
        self.fields["country"].choices = own  # type: ignore[attr-defined]
        if old is None:
            del self.fields["why"]

    def told(self) -> Told:
        data = {name: self.cleaned_data[name] for name in Told.__dataclass_fields__}
        kind = EntryKind(data["kind"])
        return Told(
            **data
            | {
                "kind": kind,
                "method": Method(data["method"]),
                "indicators": tuple(data["indicators"]),
                "indirect": data["indirect"] or kind in entries.BROADCASTS,
            }
        )


def _told_before(old: Entry) -> dict[str, Any]:
    return {name: getattr(old, name) for name in Told.__dataclass_fields__}
