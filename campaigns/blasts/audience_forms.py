"""The form of an audience: filters as boxes of what there is, and where an explicit list comes from.

Nothing ticked in a list does not filter. There is no box for a status or for what somebody asked (D9).
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.dressing import dress
from campaigns.blasts import audiences, discretion, members
from campaigns.blasts.register import Listing, Source
from campaigns.forms import Several, countries
from campaigns.models import Audience, Campaign
from people import districts, languages, reasons, tags
from people.countries import COUNTRIES
from people.lists import BadList
from people.models import AgeBand, ImportRun, Sex, Staff

MOST_DAYS = 730  # deliveries lose their token after at most two years
DRAWS = 1_000_000
MOST_BYTES = 5 << 20  # of a list of numbers
RUNS_OFFERED = 50
LISTED = gettext_lazy("Who is meant at all")
Choices = list[tuple[str, Any]]


def _days(label: Any, help_text: Any = "") -> forms.IntegerField:  # noqa: ANN401 - lazy words
    return forms.IntegerField(
        label=label, help_text=help_text, required=False, min_value=1, max_value=MOST_DAYS
    )


def _hundredth(label: Any, least: int, most: int) -> forms.IntegerField:  # noqa: ANN401
    return forms.IntegerField(label=label, min_value=least, max_value=most)


class AudienceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a member of staff may choose: only the own countries, and words that are on a list."""

    countries = Several(label=gettext_lazy("Countries"))
    languages = Several(label=gettext_lazy("Languages"), required=False)
    sexes = Several(Sex.choices, label=gettext_lazy("Sex"), required=False)
    age_bands = Several(
        [choice for choice in AgeBand.choices if choice[0] != AgeBand.UNDER_18],
        label=gettext_lazy("Age"),
        required=False,
    )
    districts = Several(label=gettext_lazy("Districts"), required=False)
    tags = Several(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Whoever has any of those ticked."),
        required=False,
    )
    sent_days = _days(gettext_lazy("Got a message of a blast in the last … days"))
    not_sent_days = _days(gettext_lazy("Got no message of a blast in the last … days"))
    had_campaigns = Several(
        label=gettext_lazy("Got a message of any of these campaigns"), required=False
    )
    not_had_campaigns = Several(
        label=gettext_lazy("Got no message of these campaigns"), required=False
    )
    share_from = _hundredth(gettext_lazy("From per cent"), 0, 99)
    share_to = _hundredth(gettext_lazy("To per cent"), 1, 100)
    seed = forms.IntegerField(
        label=gettext_lazy("Number of the draw"), min_value=0, max_value=DRAWS - 1
    )
    source = forms.ChoiceField(label=LISTED, required=False, widget=forms.RadioSelect)
    run = forms.ModelChoiceField(
        ImportRun.objects.none(), label=gettext_lazy("Which import"), required=False
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country of numbers without a prefix"), required=False
    )
    file = forms.FileField(
        label=gettext_lazy("List of numbers"),
        help_text=gettext_lazy(
            "CSV or XLSX with a column “phone”. It is read once and not kept. Only people join who are known "
            "already and may be sent to."
        ),
        required=False,
    )

    class Meta:
        model = Audience
        fields = ("name", *(name for name in audiences.FILTERS if name != "explicit"))

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - as a form takes them
        staff: Staff,
        like: Audience | None = None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **options)
        self.staff, self.like = staff, like
        own: Audience = self.instance
        if not own.pk and like is None:
            self.initial["seed"] = secrets.randbelow(DRAWS)
            self.initial["countries"] = _only(staff.countries)
        self._offer(like or own)

    def _offer(self, kept: Audience) -> None:
        """What may be ticked: what there is, and what the audience holds already."""
        codes = self.staff.countries
        offered: Mapping[str, Choices] = {
            "countries": countries(codes),
            "languages": _kept_too(spoken(codes), kept.languages),
            "districts": _kept_too(areas(codes), kept.districts),
            "tags": neutral_tags(codes),
            "had_campaigns": _kept_too(campaigns(codes), kept.had_campaigns),
            "not_had_campaigns": _kept_too(campaigns(codes), kept.not_had_campaigns),
            "country": countries(codes),
            "source": sources(listed=kept.explicit),
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        dress(self)
        self.fields["name"].widget.attrs["dir"] = "auto"
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.xlsx"
        runs: Any = self.fields["run"]
        runs.queryset = imports(self.staff)
        self.initial.setdefault("source", Source.KEPT if kept.explicit else Source.FILTERS)

    @property
    def chosen(self) -> list[str]:
        """The countries ticked just now."""
        told = self["countries"].value() or []
        return [code for code in self.staff.countries if code in told]

    @property
    def areas(self) -> list[tuple[str, list[Any]]]:
        """(country, boxes) of the districts of the countries that are ticked."""
        boxes = {box.data["value"]: box for box in self["districts"]}
        lists_of, found = districts.lists(), []
        for code in self.chosen:
            names = [one.name for one in lists_of[code] if one.name in boxes]
            found.append((str(COUNTRIES[code].name), [boxes.pop(name) for name in names]))
        return [(name, own) for name, own in found if own]

    def clean_districts(self) -> list[str]:
        """Districts of countries that are no longer ticked fall away with them."""
        lists_of = districts.lists()
        own = {one.name for code in self.chosen for one in lists_of[code]}
        everywhere = {one.name for each in lists_of.values() for one in each}
        told: list[str] = self.cleaned_data["districts"]
        return [name for name in told if name in own or name not in everywhere]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        within, without = told.get("sent_days"), told.get("not_sent_days")
        if within and without and within <= without:
            self.add_error("not_sent_days", _("Fewer days than above, or nobody is left."))
        if set(told.get("had_campaigns", ())) & set(told.get("not_had_campaigns", ())):
            self.add_error("not_had_campaigns", _("A campaign is ticked in both lists."))
        if told.get("share_from", 0) >= told.get("share_to", 100):
            self.add_error("share_to", _("More than where it begins, or nobody is left."))
        self._clean_source(told)
        return told

    def _clean_source(self, told: dict[str, Any]) -> None:
        """The list that the source needs is there."""
        if told.get("source") == Source.IMPORT and not told.get("run"):
            self.add_error("run", _("Choose an import."))
        if told.get("source") == Source.NUMBERS:
            file = told.get("file")
            if file is None:
                self.add_error("file", _("Choose the file with the numbers."))
            elif file.size > MOST_BYTES:
                self.add_error("file", _("The file is too large: import it as a list first."))
            else:
                self._read(told)

    def _read(self, told: dict[str, Any]) -> None:
        country = told.get("country") or self.staff.countries[0]
        try:
            portions = told["file"].chunks()
            told["addresses"] = members.read(portions, country, self.staff.countries)
        except BadList as error:
            self.add_error("file", reasons.sentence(error.said, error.values))

    @property
    def listing(self) -> Listing:
        """Where its people come from, of a form that is valid."""
        told = self.cleaned_data
        return Listing(
            Source(told["source"]), self.like, told.get("run"), told.get("addresses", ())
        )

    def sketch(self) -> Audience:
        """The audience as it is filled in so far, not to be saved; what makes no sense yet does not filter."""
        told = {name: self.cleaned_data.get(name) for name in self.Meta.fields}
        made = Audience(**{name: value for name, value in told.items() if value is not None})
        if made.share_from >= made.share_to or {"share_from", "share_to"} & self.errors.keys():
            made.share_from, made.share_to = 0, 100
        kept = self.like or self.instance
        if self.cleaned_data.get("source") == Source.KEPT and kept.explicit:
            made.pk, made.explicit = kept.pk, True
        made.countries = made.countries or []
        return made


def _only(codes: list[str]) -> list[str]:
    """Ticked from the beginning where there is nothing to choose."""
    return codes if len(codes) == 1 else []


def _kept_too(offered: Choices, kept: Iterable[str]) -> Choices:
    """What an audience holds and nobody is offered any more stays to be seen, and to be unticked."""
    known = {value for value, _label in offered}
    return [*offered, *((value, value) for value in kept if value not in known)]


def spoken(codes: Iterable[str]) -> Choices:
    """The languages that these countries offer, as they call themselves."""
    known, orders = languages.known(), languages.orders()
    offered = dict.fromkeys(code for country in codes for code in orders.get(country, ()))
    return [(code, f"{known[code].autonym} ({code})") for code in offered if code in known]


def areas(codes: Iterable[str]) -> Choices:
    """The districts of these countries; one name that several have is one box, and says so."""
    where: dict[str, list[str]] = {}
    for code, own in districts.lists().items():
        for one in own:
            where.setdefault(one.name, []).append(code)
    return [
        (name, name if len(inside) == 1 else f"{name} ({', '.join(inside)})")
        for name, inside in where.items()
        if set(inside) & set(codes)
    ]


def neutral_tags(codes: Iterable[str]) -> Choices:
    """Tags of the closed list; a word that gives somebody away and was listed since is offered no more."""
    return [choice for choice in tags.choices(codes) if not discretion.in_any(choice[0])]


def campaigns(codes: Iterable[str]) -> Choices:
    """Campaigns of these countries. Not those of protection: who got their messages is no filter."""
    own = Campaign.objects.filter(Q(countries=[]) | Q(countries__overlap=list(codes)))
    return list(own.filter(protection=False).order_by("name").values_list("code", "name"))


def imports(staff: Staff) -> Any:  # noqa: ANN401 - a queryset
    """Imports of the staff's countries that added somebody, the newest first."""
    done = ImportRun.objects.filter(state=ImportRun.State.DONE, dry_run=False, added__gt=0)
    own = done.filter(country__in=staff.countries, consent__isnull=False)
    newest = own.order_by("-started_at").values("pk")[:RUNS_OFFERED]
    return ImportRun.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))


def sources(*, listed: bool) -> Choices:
    kept = [(Source.KEPT.value, _("The list it has, sifted by the filters"))] if listed else []
    return [
        (Source.FILTERS.value, _("Everybody whom the filters choose")),
        *kept,
        (Source.IMPORT.value, _("Only people whom an import added, sifted by the filters")),
        (Source.NUMBERS.value, _("Only the numbers of a list, sifted by the filters")),
    ]
