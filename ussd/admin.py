"""The administration's view of USSD: the sessions, to look at and not to change. They hold no number."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics import networks
from people.admin import countries_of
from ussd.models import Call


@admin.register(Call)
class CallAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = (
        "began_at",
        "country",
        "operator",
        "language",
        "depth",
        "status",
        "cost",
        "currency",
    )
    list_filter = ("country", "language", "status")
    show_full_result_count = False  # millions would be counted on every page
    list_per_page = 50
    ordering = ("-id",)

    @admin.display(description=_("Network"), ordering="network")
    def operator(self, call: Call) -> str:
        """The network's name; the code as it came opens with the row."""
        return networks.label(call.network)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        found: QuerySet[Call] = super().get_queryset(request)
        return found.filter(country__in=countries_of(request))

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:  # noqa: ANN401
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
