"""The administration's long tail: staff, and what is on record about people, to look at and not to change.

Everything is scoped by the countries of whoever looks; permissions are those of the roles (people.staff).
"""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics import networks
from people import audit, pages
from people.audit import Kind
from people.models import Consent, ImportRun, Language, Person, Reveal, Staff, Suppression
from people.staff import visible_to

admin.site.unregister(Group)  # roles are made by `manage.py roles`, never by hand
admin.site.unregister([Authenticator, EmailAddress])  # secrets, and what we do not use


def countries_of(request: HttpRequest) -> list[str]:
    """The countries of whoever looks; nobody is signed in, none."""
    return list(getattr(request.user, "countries", []))


class Audited(ModelAdmin):  # type: ignore[misc]
    """A table whose changes by hand are written down: which row and which fields, never their values."""

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
            Kind.SETTING,
            by=cast("Staff", request.user),
            what=what,
            country=getattr(obj, "country", ""),
            details={"row": str(obj.pk), **told},
            at=timezone.now(),
        )


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
class StaffAdmin(Record):
    """Looked at here; invited and changed on pages of their own, which know what takes two people."""

    list_display = ("username", "roles", "where", "is_active", "last_login", "page")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "first_name", "last_name")
    fields = ("username", "email", "roles", "where", "is_active", "last_login", "page")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        return visible_to(cast("Staff", request.user))

    @admin.display(description=_("Roles"))
    def roles(self, staff: Staff) -> str:
        return ", ".join(staff.role_names)

    @admin.display(description=_("Countries"))
    def where(self, staff: Staff) -> str:
        return ", ".join(staff.countries)

    @admin.display(description=_("Change"))
    def page(self, staff: Staff) -> SafeString:
        address = reverse("people:account-of", args=[staff.pk])
        return format_html('<a href="{}">{}</a>', address, _("Staff"))


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
