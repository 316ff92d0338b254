"""The administration's long tail of campaigns: for what we speak, at what price, on which sources.

Content, audiences, blasts, numbers and figures have pages of their own. Nothing here can be deleted: figures and texts already sent rest on it.
Everything is scoped by the countries of whoever looks; permissions are those of the roles (people.staff).
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import networks
from campaigns import forms
from campaigns.models import (
    Campaign,
    Price,
    Source,
)
from people.admin import Audited, countries_of
from people.countries import CODES

if TYPE_CHECKING:
    from django.forms import ModelForm


class Kept(Audited):
    """Rows that stay: added and changed as the permissions say, never deleted."""

    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class Scoped(Kept):
    """Rows with a list of countries, an empty one meaning all. Changed only by who holds all of them."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.filter(Q(countries=[]) | Q(countries__overlap=countries_of(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401
        allowed: bool = super().has_change_permission(request, obj)
        mine = obj is None or set(obj.countries or CODES) <= set(countries_of(request))
        return allowed and mine

    def get_form(self, request: HttpRequest, *args: Any, **options: Any) -> "type[ModelForm[Any]]":  # noqa: ANN401
        form: type[ModelForm[Any]] = super().get_form(request, *args, **options)
        if field := form.base_fields.get("countries"):
            field.choices = forms.countries(countries_of(request))  # type: ignore[attr-defined]
        return form

    @admin.display(description=_("Countries"))
    def where(self, row: Any) -> str:  # noqa: ANN401
        return ", ".join(row.countries) or "*"


@admin.register(Campaign)
class CampaignAdmin(Scoped):
    form = forms.CampaignForm
    list_display = ("name", "code", "where", "budget", "currency", "starts", "ends")
    search_fields = ("name", "code")


@admin.register(Source)
class SourceAdmin(Kept):
    list_display = ("code", "publisher", "title", "dated")
    search_fields = ("code", "publisher", "title")


class InOneCountry(Kept):
    """Rows of one country each."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.filter(country__in=countries_of(request))

    def get_form(self, request: HttpRequest, *args: Any, **options: Any) -> "type[ModelForm[Any]]":  # noqa: ANN401
        form: type[ModelForm[Any]] = super().get_form(request, *args, **options)
        if field := form.base_fields.get("country"):
            field.choices = forms.countries(countries_of(request))  # type: ignore[attr-defined]
        return form


@admin.register(Price)
class PriceAdmin(InOneCountry):
    """A new price is a new row from a day on; what was planned before keeps its own."""

    form = forms.PriceForm
    list_display = (
        "gateway",
        "country",
        "operator",
        "per_part",
        "currency",
        "valid_from",
        "receipts",
    )
    list_filter = ("gateway", "country")

    @admin.display(description=_("Network"), ordering="network")
    def operator(self, price: Price) -> str:
        return networks.label(price.network) or gettext("all others")
