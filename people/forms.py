"""Forms: a list with the grounds on which its people may be sent to; a language; what callers are asked; staff."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from analytics.dressing import dress
from people import inquiry, languages, offering
from people.badges import LIVES, SCOPES
from people.countries import COUNTRIES
from people.masking import masked
from people.models import Basis, Language, Question
from people.staff import ROLES


class ImportForm(forms.Form):
    """Basis and evidence are no formality: without them nobody may be sent to (S11)."""

    file = forms.FileField(
        label=_("List (CSV or Excel workbook)"),
        help_text=_(
            "The first line names the columns. One must be phone; language, sex, age_band, district and "
            "tags are read too. Of a workbook its first sheet is read. At most 100 MB."
        ),
        widget=forms.ClearableFileInput(
            {"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx"}
        ),
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
    ends_on = forms.DateField(
        label=_("Only until"),
        required=False,
        help_text=_(
            "Last day of the campaign, where people agreed to that campaign alone. Thirty days later their "
            "numbers go, unless they agreed to more. Leave it empty where they agreed to be sent messages "
            "until they say STOP."
        ),
        widget=forms.DateInput({"class": "form-control", "type": "date"}),
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


class LanguageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A language; its code stays as it is once texts may rest on it."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_(
            "ISO 639-1 where there is one, else ISO 639-3: sw, din. With -Latn it is the variant in Latin "
            "letters: am-Latn. It cannot be changed later. Only its form is checked: look it up at iso639-3.sil.org."
        ),
    )
    iso639_3 = forms.CharField(
        label="ISO 639-3", max_length=3, help_text=_("Three letters: swa, din.")
    )
    name = forms.CharField(label=_("Name in English"), max_length=60)
    autonym = forms.CharField(
        label=_("Its own name"),
        max_length=60,
        help_text=_("As its speakers write it; chat shows this one."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    plain = forms.CharField(
        label=_("Name on the first screen"),
        max_length=20,
        help_text=_("Its own name in plain letters a to z, that any phone shows; 20 at most."),
    )
    script = forms.CharField(
        label=_("Script"),
        max_length=4,
        help_text=_("Four letters of ISO 15924: Latn, Ethi, Arab."),
        widget=forms.TextInput({"list": "scripts"}),
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[
            ("", _("as its script runs")),
            ("ltr", _("left to right")),
            ("rtl", _("right to left")),
        ],
    )
    latin = forms.ChoiceField(
        label=_("Variant in Latin letters"),
        required=False,
        help_text=_("Shown on phones that cannot show its own letters."),
    )
    other_names = forms.CharField(
        label=_("Other names people use, one a line"),
        required=False,
        help_text=_("Lists of people and people in a chat may name the language by any of them."),
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
    )

    class Meta:
        model = Language
        fields = languages.COLUMNS

    def __init__(self, *args: Any, among: Mapping[str, languages.Language], **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self.among = among
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.initial["other_names"] = "\n".join(self.instance.other_names)
        self._offer_variants()
        dress(self)

    def _offer_variants(self) -> None:
        """Only what exists can be chosen, so a new language has none yet."""
        code = self.instance.pk or ""
        found = [one for one in self.among if one != code and languages.base(one) == code]
        self.fields["latin"].choices = [("", _("none")), *((one, one) for one in found)]  # type: ignore[attr-defined]
        if not found:
            del self.fields["latin"]

    def clean_code(self) -> str:
        code = offering.code_of(self.cleaned_data["code"])
        if not self.instance.pk and code in self.among:
            raise forms.ValidationError(_("This language is here already."))
        return code

    def clean_other_names(self) -> list[str]:
        lines = str(self.cleaned_data["other_names"]).splitlines()
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for column, wrong in offering.faults(self.language(), self.among):
                self.add_error(column if column in self.fields else None, wrong)
        return told

    def language(self) -> languages.Language:
        """What the form says, as a value; the direction is that of the script where none was chosen."""
        told = self.cleaned_data
        return languages.Language(
            **{
                **told,
                "latin": told.get("latin", ""),
                "direction": told["direction"] or languages.direction(told["script"]),
                "other_names": tuple(told["other_names"]),
            }
        )


class InquiryForm(forms.Form):
    """How often callers are asked, and what. It is kept when the very same was looked at before."""

    one_in = forms.IntegerField(
        label=_("Ask in one session of"),
        min_value=inquiry.NEVER,
        max_value=inquiry.MOST,
        help_text=_("2 to 100. 0: nobody is asked."),
        widget=forms.NumberInput({"class": "form-control", "inputmode": "numeric"}),
    )
    questions = forms.MultipleChoiceField(
        label=_("One of these questions, in turn"),
        choices=Question.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    agreed = forms.CharField(
        label=_("Who agreed to the notice, and when"),
        required=False,
        max_length=500,
        help_text=_("An office or a role, no private name. Without it the questions stay off."),
        widget=forms.Textarea({"class": "form-control", "rows": 2, "dir": "auto"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kept: inquiry.Setting,
        offered: Sequence[str],
    ) -> None:
        asking = kept.asking
        initial = {"one_in": asking.one_in, "questions": asking.questions, "agreed": kept.agreed}
        super().__init__(data, initial=initial)
        self.offered = offered

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for wrong in inquiry.faults(self.setting(), self.offered):
                self.add_error(None, wrong)
        return told

    def setting(self) -> inquiry.Setting:
        """What the form says, as a value."""
        told = self.cleaned_data
        asking = inquiry.Asking(told["one_in"], tuple(told["questions"]))
        return inquiry.Setting(asking, told["agreed"])


class AccountForm(forms.Form):
    """The role and the countries of a member of staff."""

    role = forms.ChoiceField(
        label=_("Role"), required=False, widget=forms.Select({"class": "form-select"})
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, countries: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        roles = [(role.code, role.name) for role in ROLES.values()]
        self.fields["role"].choices = [("", _("none yet")), *roles]  # type: ignore[attr-defined]
        self.fields["countries"].choices = choices(countries)  # type: ignore[attr-defined]


class InviteForm(AccountForm):
    """A new member of staff; the password is set by whoever opens the link."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Letters, digits and @ . + - _; no phone number."),
        widget=forms.TextInput({"class": "form-control", "dir": "ltr", "autocapitalize": "none"}),
    )
    email = forms.EmailField(
        label=_("Mail address"),
        required=False,
        help_text=_("Only for warnings about what expires; it may stay empty."),
        widget=forms.EmailInput({"class": "form-control", "dir": "ltr"}),
    )
    field_order = ("username", "email", "role", "countries")

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if masked(name) != name:
            raise forms.ValidationError(_("This looks like a phone number."))
        return name


class BadgeForm(forms.Form):
    """What a partner's program may read, where and for how long."""

    partner = forms.CharField(
        label=_("Partner"),
        max_length=120,
        help_text=_("Whose program it is, and which; no person's name, no phone number."),
        widget=forms.TextInput({"class": "form-control", "dir": "auto"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may read"),
        choices=lambda: [(scope.code, scope.name) for scope in SCOPES.values()],
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    days = forms.TypedChoiceField(
        label=_("It holds for"),
        coerce=int,
        choices=lambda: [
            (days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days})
            for days in LIVES
        ],
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, *args: Any, countries: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self.fields["countries"].choices = choices(countries)  # type: ignore[attr-defined]

    def clean_partner(self) -> str:
        name: str = self.cleaned_data["partner"]
        if masked(name) != name:
            raise forms.ValidationError(_("This looks like a phone number."))
        return name


class LinkForm(SetPasswordForm):  # type: ignore[type-arg]
    """The first or a new password of whoever opened a link; `coded`: and the code that belongs to it."""

    code = forms.CharField(
        label=_("The code"),
        max_length=40,
        help_text=_(
            "Ten letters and digits, from the colleague who proposed your role or the link."
        ),
        widget=forms.TextInput(
            {
                "class": "form-control",
                "dir": "ltr",
                "autocomplete": "off",
                "autocapitalize": "characters",
            }
        ),
    )
    field_order = ("code", "new_password1", "new_password2")

    def __init__(self, *args: Any, coded: bool, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        dress(self)
        if not coded:
            del self.fields["code"]


def choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, str(COUNTRIES[code].name)) for code in codes if code in COUNTRIES]
