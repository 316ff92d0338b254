"""The administration's long tail: staff, and what is on record about people, to look at and not to change.

Everything is scoped by the countries of whoever looks; permissions are those of the roles (people.staff).
"""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from analytics import networks
from people import audit, forms, pages
from people.audit import Kind
from people.models import Consent, ImportRun, Language, Person, Reveal, Staff, Suppression
from people.staff import visible_to

if TYPE_CHECKING:
    from django.forms import ModelForm

admin.site.unregister(Group)  # roles are made by `manage.py roles`, never by hand


def countries_of(request: HttpRequest) -> list[str]:
    """The countries of whoever looks; nobody is signed in, none."""
    return list(getattr(request.user, "countries", []))


class Audited(ModelAdmin):  # type: ignore[misc]
    """A table whose changes by hand are written down: which row and which fields, never their values."""

    kind = Kind.SETTING

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:  # noqa: ANN401
        self.note(request, obj, "added", {})
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:  # noqa: ANN401
        with translation.override(None):  # the audit is kept in English
            named = [part.get("changed", {}).get("fields", []) for part in message]
            fields = ", ".join(str(field) for some in named for field in some)
        if fields:
            self.note(request, obj, "changed", {"fields": fields})
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:  # noqa: ANN401
        for obj in queryset:
            self.note(request, obj, "deleted", {})
        return super().log_deletions(request, queryset)

    def note(self, request: HttpRequest, obj: Any, deed: str, told: dict[str, str]) -> None:  # noqa: ANN401
        what = f"{obj._meta.model_name} {obj}: {deed}"  # noqa: SLF001 - Django's documented way
        audit.note(
            self.kind,
            by=cast("Staff", request.user),
            what=what,
            country=getattr(obj, "country", ""),
            details={"row": str(obj.pk), **told, **self.told(obj)},
            at=timezone.now(),
        )

    def told(self, obj: Any) -> dict[str, str]:  # noqa: ANN401
        """What else stands in an entry about this row."""
        return {}


class Record(ModelAdmin):  # type: ignore[misc]
    """A table to look at. `scope`: the lookup of its country."""

    scope = "country__in"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.filter(**{self.scope: countries_of(request)})

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:  # noqa: ANN401
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Staff)
class StaffAdmin(Audited, UserAdmin):  # type: ignore[type-arg]
    """Colleagues whose countries are all among the administrator's own; superusers only from the shell."""

    kind = Kind.STAFF
    form = forms.StaffForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "roles", "where", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "first_name", "last_name")
    readonly_fields = ("secret", "last_login")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "secret", "first_name", "last_name", "email")}),
        (_("May do"), {"fields": ("is_active", "is_staff", "groups", "countries")}),
        (_("Last seen"), {"fields": ("last_login",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        own: QuerySet[Staff] = super().get_queryset(request)
        return own.filter(pk__in=visible_to(cast("Staff", request.user)).values("pk"))

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> "type[ModelForm[Staff]]":  # noqa: ANN401
        form: type[ModelForm[Staff]] = super().get_form(request, *args, **kwargs)
        if countries := form.base_fields.get("countries"):
            countries.choices = forms.choices(countries_of(request))  # type: ignore[attr-defined]
        return form

    def told(self, obj: Staff) -> dict[str, str]:
        """What the account may do from now on."""
        return {
            "roles": " ".join(obj.role_names),
            "countries": " ".join(obj.countries),
            "active": "yes" if obj.is_active else "no",
        }

    @admin.display(description=_("Password"))
    def secret(self, staff: Staff) -> SafeString:
        """A way to set a new one; nothing of the old one is shown, not even its hash."""
        address = reverse("admin:auth_user_password_change", args=[staff.pk])
        return format_html('<a href="{}">{}</a>', address, _("Set a new password"))

    @admin.display(description=_("Roles"))
    def roles(self, staff: Staff) -> str:
        return ", ".join(staff.role_names)

    @admin.display(description=_("Countries"))
    def where(self, staff: Staff) -> str:
        return ", ".join(staff.countries)


@admin.register(Person)
class PersonAdmin(Record):
    """Numbers masked; one number at a time is revealed elsewhere, with a reason."""

    list_display = ("masked", "country", "language", "sex", "age_band", "district", "added_at")
    list_filter = ("country", "language", "sex", "age_band")
    fields = (
        "masked",
        "country",
        "language",
        "sex",
        "age_band",
        "district",
        "tags",
        "operator",
        "fixed_line",
        "added_at",
    )
    readonly_fields = fields
    show_full_result_count = False  # a million people would be counted on every page
    list_per_page = 50

    @admin.display(description=_("Number"))
    def masked(self, person: Person) -> str:
        return pages.masked(person)

    @admin.display(description=_("Network"))
    def operator(self, person: Person) -> str:
        return networks.label(person.network)


@admin.register(Language)
class LanguageAdmin(Record):
    """Looked at here; added and changed on a page of their own, which knows what stands against it."""

    list_display = ("name", "autonym", "code", "script", "direction", "latin", "page")
    search_fields = ("name", "autonym", "code", "plain")
    fields = (
        "code",
        "iso639_3",
        "name",
        "autonym",
        "plain",
        "script",
        "direction",
        "latin",
        "other_names",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Language]:
        return Language.objects.all()

    @admin.display(description=_("Change"))
    def page(self, language: Language) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("people:languages"), _("Languages"))


@admin.register(Suppression)
class SuppressionAdmin(Record):
    list_display = ("since", "purpose", "how", "country", "lifted_at")
    list_filter = ("purpose", "how", "country")
    fields = list_display
    show_full_result_count = False


@admin.register(ImportRun)
class ImportRunAdmin(Record):
    list_display = (
        "started_at",
        "country",
        "basis",
        "by",
        "state",
        "dry_run",
        "added",
        "known",
        "suppressed",
    )
    list_filter = ("state", "country", "basis")
    fields = (*list_display, "evidence", "refused", "flagged", "error", "finished_at")


@admin.register(Consent)
class ConsentAdmin(Record):
    """Grounds of lists and of single people; whose it is stays a token and is not shown."""

    scope = "people__country__in"
    list_display = ("given_at", "basis", "purpose", "channel", "language", "by")
    list_filter = ("basis", "purpose", "channel")
    fields = (*list_display, "evidence", "text_version")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        own = Person.objects.filter(country__in=countries_of(request)).values("basis")
        return Consent.objects.filter(pk__in=own)


@admin.register(Reveal)
class RevealAdmin(Record):
    """Who saw a number, when and why."""

    scope = "by__countries__overlap"
    list_display = ("at", "by", "reason")
    fields = list_display
