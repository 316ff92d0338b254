"""Forms of the page that plans a blast, and of the trial on colleagues' phones."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.blasts import planning, routes, trial
from campaigns.blasts.audiences import EVERYBODY
from campaigns.blasts.planning import Wish
from campaigns.models import Audience, Blast, Campaign, Price
from campaigns.models.blasts import ALWAYS_ON, MOST_HOLDOUT, BlastText
from people import phones, reasons
from people.countries import CODES, COUNTRIES
from people.masking import mask
from people.models import Staff

MOMENT = "%Y-%m-%dT%H:%M"
LONGEST = timedelta(days=366)
WAYS = ("gateway", "second", "third")  # fields: the preferred one, and what to fall back on
CONTROL, SELECT = {"class": "form-control"}, {"class": "form-select"}
Choices = list[tuple[str, Any]]


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format=MOMENT)


def _clock() -> forms.TimeInput:
    return forms.TimeInput({**CONTROL, "type": "time"}, format="%H:%M")


class WishForm(forms.Form):
    """What is to be sent, to whom, through what, when, how fast and for how much."""

    item = forms.ChoiceField(
        label=gettext_lazy("What"),
        widget=forms.Select(SELECT),
        error_messages={"required": gettext_lazy("Choose what to say.")},
    )
    audience = forms.ChoiceField(label=gettext_lazy("To whom"), widget=forms.Select(SELECT))
    campaign = forms.ChoiceField(label=gettext_lazy("Campaign"), widget=forms.Select(SELECT))
    gateway = forms.ChoiceField(label=gettext_lazy("Gateway"), widget=forms.Select(SELECT))
    second = forms.ChoiceField(
        label=gettext_lazy("Where that one cannot"), required=False, widget=forms.Select(SELECT)
    )
    third = forms.ChoiceField(
        label=gettext_lazy("Where neither can"), required=False, widget=forms.Select(SELECT)
    )
    starts = forms.DateTimeField(
        label=gettext_lazy("Starts by itself at"),
        required=False,
        widget=_moment(),
        help_text=gettext_lazy("Once it is approved. Empty: somebody presses Start."),
    )
    ends = forms.DateTimeField(
        label=gettext_lazy("Nothing is sent after"),
        required=False,
        widget=_moment(),
        help_text=gettext_lazy("Empty: three days after the start."),
    )
    first = forms.TimeField(label=gettext_lazy("Not before"), required=False, widget=_clock())
    last = forms.TimeField(label=gettext_lazy("Not after"), required=False, widget=_clock())
    rate = forms.IntegerField(
        label=gettext_lazy("Messages a second, at most"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(CONTROL),
    )
    cap = forms.IntegerField(
        label=gettext_lazy("Messages a person, at most"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(CONTROL),
    )
    holdout = forms.IntegerField(
        label=gettext_lazy("Per cent left out by lot"),
        min_value=0,
        max_value=MOST_HOLDOUT,
        required=False,
        widget=forms.NumberInput(CONTROL),
        help_text=gettext_lazy(
            "To measure afterwards what the message changed. They never get this one."
        ),
    )
    budget = forms.DecimalField(
        label=gettext_lazy("Budget"),
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=4,
        widget=forms.NumberInput({**CONTROL, "step": "any"}),
        help_text=gettext_lazy("Nobody can approve a plan that may cost more."),
        error_messages={"required": gettext_lazy("Write the most that it may cost.")},
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), required=False, widget=forms.Select(SELECT)
    )

    def __init__(self, *args: Any, staff: Staff, items: Choices, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self._choose("item", [("", _("Choose what to say")), *items])
        self._choose("audience", audiences(staff))
        self._choose("campaign", campaigns(staff))
        self._choose("currency", [("", _("as the price list says")), *currencies()])
        offer_gateways(self)

    def _choose(self, field: str, choices: Choices) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        self._clean_times(told, timezone.now())
        self._clean_bounds(told)
        return told

    def _clean_times(self, told: Mapping[str, Any], now: datetime) -> None:
        starts, ends = told.get("starts"), told.get("ends")
        if starts and starts < now:
            self.add_error("starts", _("That moment is over: choose a later one, or none."))
        if ends and ends <= (starts or now):
            self.add_error("ends", _("It must be after the start."))
        if ends and ends > (starts or now) + LONGEST:
            self.add_error("ends", _("A year after the start at the latest."))
        first, last = told.get("first"), told.get("last")
        if bool(first) != bool(last):
            self.add_error("last" if first else "first", _("Give both hours, or none."))
        elif first and last and first >= last:
            self.add_error("last", _("The hours must begin before they end, on one day."))

    def _clean_bounds(self, told: Mapping[str, Any]) -> None:
        most = int(sum(routes.gateway(name).rate for name in order(told)))
        if told.get("rate") and told["rate"] > most:
            self.add_error("rate", _("%(most)d at most: what the gateway takes.") % {"most": most})
        campaign = Campaign.objects.filter(code=told.get("campaign", "")).first()
        if campaign and told.get("cap") and told["cap"] > campaign.cap:
            said = _("%(cap)d at most: the campaign's limit.")
            self.add_error("cap", said % {"cap": campaign.cap})

    def wish(self, *, at: datetime) -> Wish:
        """What was filled in rightly; the words can be looked at before all of it is."""
        told = self.cleaned_data
        begins = told.get("starts") or at
        window = (told.get("first"), told.get("last"))
        return Wish(
            item=told.get("item", ""),
            audience=told.get("audience", ""),
            budget=told.get("budget") or Decimal(0),
            currency=told.get("currency", ""),
            campaign=told.get("campaign", ALWAYS_ON),
            gateways=order(told),
            due_at=told.get("starts"),
            window=window if all(window) else None,  # type: ignore[arg-type]
            life=told["ends"] - begins if told.get("ends") else planning.LIFE,
            cap=told.get("cap"),
            rate=told.get("rate"),
            holdout=told.get("holdout") or 0,
        )


def offer_gateways(form: forms.Form) -> None:
    """The accounts of the file as choices of a form's gateways; no more fields than there are accounts."""
    names: Choices = [(name, name) for name in routes.gateways()]
    for needed, field in enumerate(WAYS, 1):
        if len(names) < needed and needed > 1:
            del form.fields[field]
        else:
            none: Choices = [("", "–")] if needed > 1 else []
            form.fields[field].choices = none + names  # type: ignore[attr-defined]


def order(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The gateways that were chosen, the preferred first, each once."""
    names = (told.get(name, "") for name in WAYS)
    return tuple(dict.fromkeys(filter(None, names)))


def audiences(staff: Staff) -> Choices:
    """Whole countries, and saved ones that lie wholly in the reader's."""
    whole: Choices = [(code, COUNTRIES[code].name) for code in staff.own]
    if staff.own == CODES:
        whole.insert(0, (EVERYBODY, _("Everybody, in all countries")))
    saved = Audience.objects.filter(countries__contained_by=list(staff.own), archived_at=None)
    names = saved.exclude(name__in=[EVERYBODY, *CODES]).order_by("name")
    listed: Choices = [(_("Whole countries"), whole)]
    if kept := [(name, name) for name in names.values_list("name", flat=True)]:
        listed.append((_("Saved audiences"), kept))
    return listed


def campaigns(staff: Staff) -> Choices:
    """Those of all countries and of the reader's; what belongs to none is always on."""
    own = Q(countries=[]) | Q(countries__overlap=staff.countries)
    rows = Campaign.objects.filter(own).exclude(code=ALWAYS_ON).order_by("name")
    return [(ALWAYS_ON, _("Always on")), *rows.values_list("code", "name")]


def currencies() -> Choices:
    names = Price.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return [(name, name) for name in names]


def of_blast(blast: Blast, *, at: datetime) -> dict[str, Any]:
    """The wish of an earlier plan, to begin another with; moments that are over are left out."""
    ways = dict(zip(WAYS, blast.routes, strict=False))
    first, last = planning.hours(routes.gateway(blast.gateway))
    usual = (blast.window_from, blast.window_to) == (first, last)
    return {
        "item": blast.item,
        "audience": blast.audience.name,
        "campaign": blast.campaign.code,
        **ways,
        "starts": blast.due_at if blast.due_at and blast.due_at > at else None,
        "ends": blast.expires_at if blast.due_at and blast.due_at > at else None,
        "first": None if usual else blast.window_from,
        "last": None if usual else blast.window_to,
        "rate": blast.rate,
        "holdout": blast.holdout or None,
        "cap": blast.cap if blast.cap != blast.campaign.cap else None,
        "budget": f"{blast.budget.normalize():f}",
        "currency": blast.currency,
    }


class TrialForm(forms.Form):
    """Which of the texts, and to whose phones; the numbers are kept nowhere."""

    text = forms.ModelChoiceField(
        BlastText.objects.none(),
        label=gettext_lazy("Which words"),
        empty_label=None,
        widget=forms.Select(SELECT),
    )
    numbers = forms.CharField(
        label=gettext_lazy("Phones of colleagues, one a line"),
        max_length=400,
        widget=forms.Textarea(
            {**CONTROL, "rows": 3, "dir": "ltr", "inputmode": "tel", "autocomplete": "off"}
        ),
        help_text=gettext_lazy(
            "At most 5, of the blast's countries; without + they are taken as numbers of the words' country."
        ),
        error_messages={"required": gettext_lazy("Write at least one number.")},
    )

    def __init__(self, *args: Any, blast: Blast, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **{"auto_id": "trial_%s", **kwargs})
        self.blast = blast
        field = self.fields["text"]
        field.queryset = blast.texts.order_by("country", "language")  # type: ignore[attr-defined]
        field.label_from_instance = lambda text: f"{text.country} · {text.language}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("text") and told.get("numbers"):
            lines = [line for line in told["numbers"].splitlines() if line.strip()]
            told["numbers"] = list(dict.fromkeys(self._numbers(lines, told["text"].country)))
            if len(lines) > trial.MOST:
                said = ngettext("At most %(most)d phone.", "At most %(most)d phones.", trial.MOST)
                self.add_error("numbers", said % {"most": trial.MOST})
        return told

    def _numbers(self, lines: Sequence[str], country: str) -> list[str]:
        found = []
        for line, raw in enumerate(lines, 1):
            try:
                number = phones.normalise(raw, country)
            except phones.InvalidPhone as bad:
                self._say(line, reasons.word(reasons.REFUSED, str(bad.reason)))
                continue
            if phones.country_of(number) not in self.blast.countries:
                self._say(line, _("%s is not of a country of this blast") % mask(number))
            found.append(number)
        return found

    def _say(self, line: int, what: str) -> None:
        said = _("Line %(line)d: %(what)s.")
        self.add_error("numbers", said % {"line": line, "what": what})
