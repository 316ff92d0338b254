"""Forms of the content editor: the facts of an item, and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import indicators
from analytics.dressing import dress
from campaigns.editions.content import MENU, QUIZ, SHOWN, TOPIC_KEYS, WORDING, Words
from campaigns.forms import Several, countries
from campaigns.models import Component, ContentItem, Source
from campaigns.writing.items import NEEDED, Facts, holds
from campaigns.writing.phrasings import lines
from people.countries import CODES
from people.models import Staff

CLAIMS = (
    ("", gettext_lazy("nothing of the kind")),
    ("law", gettext_lazy("law")),
    ("fact", gettext_lazy("fact")),
    ("advice", gettext_lazy("advice")),
    ("service", gettext_lazy("service")),
)
LONGEST_OPTION = 60
LONGEST_PHRASING = 300  # characters; nobody asks a phone in more
LONGEST_AREA = 20_000  # characters; a text that fits two SMS has 306
AREA = {"dir": "auto", "lang": "en", "class": "form-control"}


class Lines(forms.CharField):
    """One entry a line; blank lines do not count."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        area = forms.Textarea({**AREA, "rows": options.pop("rows", 4)})
        super().__init__(widget=area, max_length=LONGEST_AREA, **options)

    def clean(self, value: Any) -> Any:  # noqa: ANN401
        return lines(str(super().clean(value)))


def _area(label: Any, rows: int, **options: Any) -> forms.CharField:  # noqa: ANN401
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_AREA,
        widget=forms.Textarea({**AREA, "rows": rows}),
        **options,
    )


class WordsForm(forms.Form):
    """The words of an item; which of them there are depends on its kind."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=200,
        widget=forms.TextInput(AREA),
        help_text=gettext_lazy("Stands above a menu and among the choices in a chat."),
    )
    short = forms.CharField(
        label=gettext_lazy("Label in menus"),
        required=False,
        max_length=60,
        widget=forms.TextInput(AREA),
    )
    body = _area(gettext_lazy("Text"), 7)
    sms = _area(gettext_lazy("Other words for SMS"), 3)
    ussd = _area(gettext_lazy("Other words for USSD screens"), 3)
    options = Lines(
        label=gettext_lazy("Answers to choose from, one a line"), required=False, rows=3
    )
    phrasings = Lines(label=gettext_lazy("How people ask, one a line"), required=False, rows=12)
    audio = forms.URLField(
        label=gettext_lazy("Address of the text read aloud"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput({"class": "form-control", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        for name in set(self.fields) - set(asked_of(kind)):
            del self.fields[name]

    def clean_options(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self.cleaned_data["options"]
        if any(len(one) > LONGEST_OPTION for one in found):
            raise forms.ValidationError(
                _("An answer has %(most)d characters at most."), params={"most": LONGEST_OPTION}
            )
        return found

    def clean_phrasings(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self.cleaned_data["phrasings"]
        if any(len(one) > LONGEST_PHRASING for one in found):
            raise forms.ValidationError(
                _("A way of asking has %(most)d characters at most."),
                params={"most": LONGEST_PHRASING},
            )
        return found

    def words(self, before: Words) -> Words:
        """What was typed, sound or not; what this kind has no field for stays as before."""
        self.is_valid()
        typed = {name: self._typed(name) for name in self.fields}
        return Words(**{**asdict(before), **typed})

    def _typed(self, name: str) -> Any:  # noqa: ANN401
        if name in self.cleaned_data:
            value = self.cleaned_data[name]
        else:
            value = self.data.get(name, "")
            value = lines(value) if name in ("options", "phrasings") else value
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


def asked_of(kind: str) -> tuple[str, ...]:
    """Fields of the words of that kind."""
    if kind == WORDING:
        return ("body",)
    if kind == MENU:
        return ("title", "short")
    if kind == QUIZ:
        return ("body", "options", "audio")
    return ("title", "short", "body", "sms", "ussd", "phrasings", "audio")


def spoken(words: Words) -> dict[str, Any]:
    """The words as the fields of the form begin with."""
    return {
        **asdict(words),
        "options": "\n".join(words.options),
        "phrasings": "\n".join(words.phrasings),
    }


class FactsForm(forms.Form):
    """What is said of an item beside its words."""

    parent = forms.ChoiceField(label=gettext_lazy("In the menu"))
    order = forms.TypedChoiceField(
        label=gettext_lazy("Key"), coerce=int, choices=[(key, key) for key in TOPIC_KEYS]
    )
    countries = Several(
        label=gettext_lazy("Countries"),
        required=False,
        help_text=gettext_lazy("None ticked: all countries."),
    )
    component = forms.ChoiceField(
        label=gettext_lazy("What it is about"), choices=Component.choices, required=False
    )
    indicators = Several(label=gettext_lazy("Counts for"), required=False)
    claim = forms.ChoiceField(label=gettext_lazy("It says"), choices=CLAIMS, required=False)
    review_days = forms.IntegerField(
        label=gettext_lazy("Look at it again after days"),
        required=False,
        min_value=1,
        max_value=3650,
    )
    sensitive = forms.BooleanField(
        label=gettext_lazy("Sensitive"),
        required=False,
        help_text=gettext_lazy("Dangerous on a phone that others read: a way out is shown."),
    )
    core = forms.BooleanField(
        label=gettext_lazy("Core"),
        required=False,
        help_text=gettext_lazy("A language without it is not offered."),
    )
    sources = Several(label=gettext_lazy("Sources"), required=False)
    correct = forms.TypedChoiceField(
        label=gettext_lazy("Right answer"),
        coerce=int,
        empty_value=None,
        choices=[(str(n), str(n + 1)) for n in range(7)],
    )
    explains = forms.ChoiceField(label=gettext_lazy("The answer that says why"))
    consent = forms.CharField(
        label=gettext_lazy("Where the consent of the person who tells it is kept"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Without it the story goes into no live edition."),
        widget=forms.TextInput({"class": "form-control", "dir": "auto"}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        kind: str,
        code: str,
        by: Staff,
        titles: Mapping[str, str],
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **options)
        self.kind, self.code = kind, code
        for name in set(self.fields) - set(_told_of(kind, code)):
            del self.fields[name]
        self._offer(by, titles)
        dress(self)

    def _offer(self, by: Staff, titles: Mapping[str, str]) -> None:
        """The choices, only those that the writer may make."""
        kinds = dict(ContentItem.objects.filter(retired=False).values_list("code", "kind"))
        menus = [one for one in titles if kinds.get(one) == MENU and one != self.code]
        answers = [one for one in titles if kinds.get(one) in SHOWN]
        choices = {
            "parent": [("", "-"), *_named(menus, titles)],
            "explains": [("", "-"), *_named(answers, titles)],
            "countries": countries(CODES if holds(by, ()) else by.countries),
            "indicators": self._counted(),
            "sources": [
                (one.code, f"{one.code} {one.publisher}: {one.title}")
                for one in Source.objects.order_by("code")
            ],
        }
        for name, offered in choices.items():
            if name in self.fields:
                self.fields[name].choices = offered  # type: ignore[attr-defined]

    def _counted(self) -> list[tuple[str, str]]:
        """The indicators that are counted, and those the item has already."""
        known = {one.code: f"{one.code} {one.name}" for one in indicators.counted()}
        own = {code: code for code in self.initial.get("indicators", ())}
        return list({**own, **known}.items())

    def told(self, before: Facts) -> Facts:
        """What was said, as far as it is sound; the rest as before."""
        self.is_valid()
        values = {
            name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data
        }
        tupled = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return Facts(**{**asdict(before), **tupled})


def _told_of(kind: str, code: str) -> Sequence[str]:
    """Fields of the facts of that kind."""
    place = () if kind == QUIZ or code in NEEDED else ("parent", "order")
    if kind == MENU:
        return (*place, "countries")
    own = {QUIZ: ("correct", "explains"), "story": ("consent",)}.get(kind, ())
    rest = ("component", "indicators", "claim", "review_days", "sensitive", "core", "sources")
    return (*place, *own, "countries", *rest)


def _named(codes: Sequence[str], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{titles[code]} ({code})") for code in codes]


def as_told(facts: Facts) -> dict[str, Any]:
    """The facts as the fields of the form begin with."""
    values = asdict(facts)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
