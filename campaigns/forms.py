"""Lists of codes as boxes to tick, only with what the reader may choose, and the forms of the administration."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign, Price
from people.countries import CODES, COUNTRIES
from people.languages import known


class Several(forms.MultipleChoiceField):
    """Values of an array column, as boxes to tick."""

    def __init__(
        self,
        choices: Iterable[tuple[str, Any]] | Callable[[], list[tuple[str, str]]] = (),
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, **options)


def countries(codes: Sequence[str]) -> list[tuple[str, Any]]:
    return [(code, COUNTRIES[code].name) for code in CODES if code in codes]


def tongues() -> list[tuple[str, str]]:
    """All languages, asked of the tables each time a form is shown: staff add some."""
    return [(one.code, f"{one.autonym} ({one.code})") for one in known().values()]


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """A budget is nothing without its currency, and ends come after starts."""

    countries = Several(
        label=gettext_lazy("Countries"),
        required=False,
        help_text=gettext_lazy("None ticked: all countries."),
    )

    class Meta:
        model = Campaign
        fields = (
            "code",
            "name",
            "countries",
            "indicators",
            "budget",
            "currency",
            "starts",
            "ends",
            "cap",
            "cap_days",
            "prefer_duplicates",
            "protection",
        )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("budget") is not None and not told.get("currency"):
            self.add_error("currency", _("Name the currency of the budget."))
        if told.get("starts") and told.get("ends") and told["ends"] < told["starts"]:
            self.add_error("ends", _("It ends before it starts."))
        return told


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]
    country = forms.ChoiceField(label=gettext_lazy("Country"))

    class Meta:
        model = Price
        fields = ("gateway", "country", "network", "per_part", "currency", "valid_from", "receipts")
