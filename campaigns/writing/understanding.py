"""How well each language of the newest edition is understood, as it was measured after publishing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext

from campaigns.models import Edition, Understood
from campaigns.writing.workbench import house_kind
from people import languages

DASH = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One language. `shares`: right at first, right among three, right when sure, danger heard, in the reader's form."""

    code: str
    name: str
    shares: tuple[str, ...]
    floor_met: bool
    at: datetime
    by: str


def lines() -> list[Line]:
    """Empty until somebody measured; a fixed number of queries."""
    newest = Edition.objects.filter(kind=house_kind()).values("pk")[:1]
    names = languages.known()
    return [
        Line(
            row.language,
            names[row.language].autonym if row.language in names else row.language,
            tuple(map(_percent, (row.accuracy, row.top3, row.sure_precision, row.danger_recall))),
            not row.missed,
            row.at,
            row.get_by_display(),
        )
        for row in Understood.objects.filter(edition=newest).order_by("language")
    ]


def _percent(share: float | None) -> str:
    return (
        DASH
        if share is None
        else gettext("%(number)s%%") % {"number": number_format(share * 100, 1)}
    )
