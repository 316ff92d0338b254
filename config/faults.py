"""What a page of Django's own says of a fault of ours: shown only where NJIA_DEBUG is set, and mailed nowhere.

People's numbers and words may lie in any variable of any frame and in whatever was sent.
"""

from collections.abc import ItemsView
from datetime import date
from types import NoneType
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from people.masking import masked

PLAIN = (bool, int, float, date, NoneType)  # an int may be a number: it is masked as text is


class Hidden(SafeExceptionReporterFilter):
    """Hides what was sent, and of variables whatever can hold words: their kinds are told."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Always: Django's own hides nothing while DEBUG is on."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST if request else (), self.cleansed_substitute)

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,
        tb_frame: Any,  # noqa: ANN401 - a frame
    ) -> ItemsView[str, Any]:
        found = super().get_traceback_frame_variables(request, tb_frame)
        return {name: _told(value) for name, value in found}.items()


def _told(value: object) -> object:
    return value if isinstance(value, PLAIN) else f"({type(value).__name__})"


class Reporter(ExceptionReporter):
    """The report with every number, token and secret masked, wherever in it they stand."""

    def get_traceback_html(self) -> SafeString:
        return SafeString(masked(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(masked(super().get_traceback_text()))
