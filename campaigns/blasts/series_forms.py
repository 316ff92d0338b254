"""What a series and a date to count from are asked for on their pages."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from analytics.dressing import dress
from campaigns.blasts import plan_forms
from campaigns.blasts.plan_forms import Choices
from campaigns.blasts.proposals import Proposal
from campaigns.models import Audience, Campaign, Occasion, Series
from campaigns.models.blasts import MOST_HOLDOUT

if TYPE_CHECKING:
    from people.models import Staff

DAY = {"type": "date"}
HOUR = {"type": "time"}


class SeriesForm(forms.Form):
    """A proposal; only audiences and campaigns of the reader's countries can be chosen."""

    item = forms.ChoiceField(label=_("Content item"))  # those that have an SMS, put in below
    audience = forms.ModelChoiceField(Audience.objects.none(), label=_("Audience"))
    campaign = forms.ModelChoiceField(Campaign.objects.none(), label=_("Campaign"), required=False)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Series.Rhythm)
    weekdays = forms.MultipleChoiceField(
        label=_("Days of the week"),
        choices=list(WEEKDAYS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("for a weekly one"),
    )
    month_day = forms.IntegerField(
        label=_("Day of the month"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("for a monthly one; 31 is the last day of any month"),
    )
    occasion = forms.ChoiceField(
        label=_("Occasion"), choices=[("", "–"), *Occasion.Kind.choices], required=False
    )
    days_before = forms.IntegerField(
        label=_("Days before the occasion"), min_value=0, max_value=180, required=False
    )
    at = forms.TimeField(
        label=_("Hour"),
        widget=forms.TimeInput(attrs=HOUR),
        help_text=_("by the clock of each country"),
    )
    starts = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    most = forms.IntegerField(label=_("Times at most"), min_value=1, max_value=1000, required=False)
    gateway = forms.ChoiceField(label=_("Gateway"))
    second = forms.ChoiceField(label=_("Where that one cannot"), required=False)
    third = forms.ChoiceField(label=_("Where neither can"), required=False)
    budget_each = forms.DecimalField(label=_("Money for each time"), min_value=0, max_digits=14)
    budget = forms.DecimalField(label=_("Money for all times together"), min_value=0, max_digits=14)
    holdout = forms.IntegerField(
        label=_("Left out by lot, in 100 people"),
        min_value=0,
        max_value=MOST_HOLDOUT,
        required=False,
        help_text=_("the same people each time, to measure the effect"),
    )

    def __init__(self, *args: Any, staff: "Staff", items: Choices, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["item"] = forms.ChoiceField(
            label=_("Content item"), choices=[("", _("Choose what to say")), *items]
        )
        own = Audience.objects.filter(countries__contained_by=staff.countries, archived_at=None)
        self.fields["audience"].queryset = own.order_by("name")  # type: ignore[attr-defined]
        campaigns = Campaign.objects.filter(countries__contained_by=staff.countries)
        self.fields["campaign"].queryset = campaigns.order_by("name")  # type: ignore[attr-defined]
        self.fields["starts"].initial = timezone.localdate()
        plan_forms.offer_gateways(self)
        dress(self)

    @property
    def proposal(self) -> Proposal:
        """What was asked for; of a valid form."""
        told = self.cleaned_data
        campaign = {"campaign": told["campaign"].code} if told["campaign"] else {}
        same = ("item", "rhythm", "at", "starts", "ends", "most", "month_day", "occasion")
        return Proposal(
            **{name: told[name] for name in (*same, "budget_each", "budget")},
            **campaign,
            audience=told["audience"].name,
            weekdays=tuple(map(int, told["weekdays"])),
            days_before=told["days_before"] or 0,
            holdout=told["holdout"] or 0,
            gateways=plan_forms.order(told),
        )


class OccasionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A date to count from, with who says so."""

    class Meta:
        model = Occasion
        fields = ("kind", "country", "day", "source", "verified")
        widgets = {"day": forms.DateInput(attrs=DAY, format="%Y-%m-%d")}

    def __init__(self, *args: Any, staff: "Staff", **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        choices = [("", _("everywhere")), *((code, code) for code in staff.countries)]
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=choices, required=False
        )
        dress(self)
