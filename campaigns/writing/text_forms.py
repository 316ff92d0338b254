"""The form of one text in one language: only the fields its kind has, each in the direction of the language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.editions.content import SOURCE, Words
from campaigns.writing import text_fields as names
from campaigns.writing.text_fields import assemble, cells, family, fields, numbered
from people.languages import Language

LABELS: Mapping[str, Any] = {
    names.TITLE: gettext_lazy("Title"),
    names.SHORT_LABEL: gettext_lazy("Label in menus"),
    names.BODY: gettext_lazy("Text"),
    names.SMS: gettext_lazy("Other words for SMS"),
    names.USSD: gettext_lazy("Other words for the screen"),
    names.OPTION: gettext_lazy("Option"),
    names.BACK: gettext_lazy("Back into English"),
    names.PHRASING: gettext_lazy("What people ask, one a line"),
    "audio": gettext_lazy("Address of a recording"),
}
HELP: Mapping[str, Any] = {
    names.SHORT_LABEL: gettext_lazy("20 characters at most."),
    names.SMS: gettext_lazy("Leave empty: the text serves."),
    names.USSD: gettext_lazy("Leave empty: the text serves."),
    names.BACK: gettext_lazy(
        "Say in English what your text says, word by word, for an approver who does not read it."
    ),
    names.PHRASING: gettext_lazy(
        "Not translations: short words people of this language really type, slips and mixed words "
        "welcome. 20 or more."
    ),
    "audio": gettext_lazy("The text read aloud; chat offers it."),
}
ROWS: Mapping[str, int] = {
    names.BODY: 6,
    names.SMS: 3,
    names.USSD: 3,
    names.BACK: 4,
    names.PHRASING: 12,
}
AUDIO = "audio"
LONGEST = 20_000  # characters of a field of several lines


def label(field: str) -> str:
    """The name of a field for a page, "Option 2"; of an unknown one, what a sheet calls it."""
    number = field.partition(" ")[2]
    return f"{LABELS.get(family(field), family(field))} {number}".strip()


class TextForm(forms.Form):
    """What a translator writes. `options`: how many the English text has."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        kind: str,
        language: Language,
        options: int = 0,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.language = kind, language
        for field in fields(kind):
            several = range(1, options + 1) if field == names.OPTION else ()
            for name in [numbered(field, n) for n in several] or [field]:
                self.fields[_html(name)] = self._field(name)
        if names.PHRASING in fields(kind):
            self.fields[AUDIO] = self._field(AUDIO)

    def _field(self, name: str) -> forms.Field:
        kind = family(name)
        foreign = kind in (names.BACK, AUDIO)  # English, or an address
        attributes = {"class": "form-control", "lang": SOURCE if foreign else self.language.code}
        attributes["dir"] = "ltr" if foreign else self.language.direction
        if kind in HELP:
            attributes["aria-describedby"] = f"{_html(name)}-help"
        shown = {"label": label(name), "help_text": HELP.get(kind, ""), "required": False}
        if kind == AUDIO:
            return forms.URLField(
                widget=forms.URLInput(attributes), assume_scheme="https", max_length=200, **shown
            )
        if rows := ROWS.get(kind):
            widget = forms.Textarea({**attributes, "rows": rows})
            return forms.CharField(widget=widget, strip=False, max_length=LONGEST, **shown)
        most = 60 if kind == names.SHORT_LABEL else names.LIMITS.get(kind)
        return forms.CharField(widget=forms.TextInput(attributes), max_length=most, **shown)

    def told(self) -> tuple[Words, str]:
        """The text and its back-translation; of what could not be read, what was typed."""
        filled: dict[str, str] = {}
        for name in self.fields:
            value = str(self.cleaned_data.get(name, self.data.get(name, "")) or "")
            field = _plain(name)
            if field == names.PHRASING:
                lines = [line.strip() for line in value.splitlines() if line.strip()]
                filled |= {numbered(field, n): line for n, line in enumerate(lines, 1)}
            else:
                filled[field] = value.replace("\r\n", "\n")
        return assemble(filled, audio=filled.get(AUDIO, ""))

    def blame(self, field: str, sentence: str) -> None:
        """Show what is wrong beside the field, or above all where the kind has no such field."""
        self.add_error(_html(field) if _html(field) in self.fields else None, sentence)


def initial(words: Words, back: str, kind: str) -> dict[str, str]:
    """What the form shows of a text."""
    found = {
        _html(name): value
        for name, value in cells(words, back, kind).items()
        if family(name) != names.PHRASING
    }
    return {**found, names.PHRASING: "\n".join(words.phrasings), AUDIO: words.audio}


def _html(field: str) -> str:
    return field.replace(" ", "-")


def _plain(name: str) -> str:
    return name.replace("-", " ")


class SheetForm(forms.Form):
    """A sheet that comes back. `reader` is needed for a reviewer's sheet alone."""

    MOST = 5 * 1024 * 1024  # bytes

    file = forms.FileField(
        label=gettext_lazy("Sheet (.xlsx or .po)"),
        help_text=gettext_lazy("As it was downloaded here and filled in. At most 5 MB."),
        widget=forms.ClearableFileInput({"class": "form-control", "accept": ".xlsx,.po"}),
    )
    reader = forms.CharField(
        label=gettext_lazy("Name of the native reader"),
        help_text=gettext_lazy(
            "Only for a reviewer's sheet: it stands beside what they found good."
        ),
        required=False,
        max_length=100,
        widget=forms.TextInput({"class": "form-control"}),
    )

    def clean_file(self) -> Any:  # noqa: ANN401 - an upload
        file = self.cleaned_data["file"]
        if file.size > self.MOST:
            raise forms.ValidationError(_("The sheet is larger than 5 MB. Send it in parts."))
        return file
