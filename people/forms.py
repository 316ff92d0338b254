"""Forms: a list with the grounds on which its people may be sent to; a member of staff."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.utils.translation import gettext_lazy as _

from people.countries import COUNTRIES
from people.models import Basis, Staff


class ImportForm(forms.Form):
    """Basis and evidence are no formality: without them nobody may be sent to (S11)."""

    file = forms.FileField(
        label=_("List (CSV)"),
        help_text=_(
            "The first line names the columns. One must be phone; language, sex, age_band, district and "
            "tags are read too. At most 100 MB."
        ),
        widget=forms.ClearableFileInput({"class": "form-control", "accept": ".csv,.tsv,.txt"}),
    )
    country = forms.ChoiceField(
        label=_("Country of numbers written without +"),
        widget=forms.Select({"class": "form-select"}),
    )
    basis = forms.ChoiceField(
        label=_("Basis"),
        choices=[("", _("Choose one")), *Basis.choices],
        widget=forms.Select({"class": "form-select"}),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("Which forms or which agreement, of when, and where they are kept."),
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
    )

    MOST = 100 * 1024 * 1024  # bytes: about four million rows

    def __init__(self, *args: Any, countries: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = choices(countries)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:  # noqa: ANN401 - an upload
        file = self.cleaned_data["file"]
        if file.size > self.MOST:
            raise forms.ValidationError(_("The list is larger than 100 MB. Split it."))
        return file


class StaffForm(UserChangeForm):  # type: ignore[type-arg]
    """A member of staff without the password's hash; countries only among those of the one who edits."""

    password = None  # type: ignore[assignment]
    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Staff
        fields = (
            "username",
            "first_name",
            "last_name",
            "email",
            "is_active",
            "is_staff",
            "groups",
            "countries",
        )


def choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, str(COUNTRIES[code].name)) for code in codes if code in COUNTRIES]
