"""What somebody should know before a period is closed: each doubt in one sentence with its numbers."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import labels, recounts
from analytics.counting import Numbers
from analytics.indicators import Overview
from analytics.models import Closing
from analytics.periods import Period, day_of
from analytics.questions import PERSONS

SETTLING = timedelta(days=7)  # receipts come late where phones are off for days
MUCH = 0.2  # a part above this is worth a sentence
ASKED = tuple(one for one in PERSONS if one not in ("network", "status"))  # breakdowns to look at


def doubts(found: Overview, *, countries: Sequence[str], at: datetime) -> list[str]:
    """Of one indicator in a period; nothing: no doubt that we know of."""
    return [
        *_early(found.period, at),
        *_receipts(found.total),
        *_unknown(found),
        *_apart(found.total),
        *_erased(countries),
        *_open_inside(found.period),
    ]


def _early(period: Period, at: datetime) -> Iterator[str]:
    settled = period.ends + SETTLING
    if day_of(at) < settled:
        yield _(
            "The period ended a short time ago: receipts still come in. What comes after closing stands "
            "beside the closed figure, not in it. Wait until %(day)s if you can."
        ) % {"day": date_format(settled)}


def _receipts(total: Numbers) -> Iterator[str]:
    missing = total.sent - total.delivered
    if total.sent and missing / total.sent > MUCH:
        yield _(
            "%(part)s %% of the numbers that something was sent to have no receipt of their phone "
            "(%(missing)s of %(sent)s): they do not count as reached."
        ) % {"part": round(100 * missing / total.sent), "missing": missing, "sent": total.sent}


def _unknown(found: Overview) -> Iterator[str]:
    """Where most of a breakdown is unknown; an unknown country, whatever its part."""
    unique = found.total.reached.unique
    for dimension, cells in found.tables.items():
        unknown = cells.get(("unknown",))
        if unknown is None or not unique:
            continue
        part = unknown.reached.unique / unique
        if part > MUCH or (dimension == "country" and unknown.reached.unique):
            yield _("%(dimension)s: unknown for %(part)s %% of the numbers reached.") % {
                "dimension": labels.DIMENSIONS[dimension],
                "part": round(100 * part),
            }


def _apart(total: Numbers) -> Iterator[str]:
    if apart := total.unlinked.unique:
        yield ngettext(
            "%(count)s chat identity without a number stands apart, outside the total.",
            "%(count)s chat identities without a number stand apart, outside the total.",
            apart,
        ) % {"count": apart}


def _erased(countries: Sequence[str]) -> Iterator[str]:
    if cut := recounts.possible(countries=countries):
        yield ngettext(
            "%(count)s number may be counted a second time, because it was forgotten on request.",
            "%(count)s numbers may be counted a second time, because they were forgotten on request.",
            cut,
        ) % {"count": cut}


def _open_inside(period: Period) -> Iterator[str]:
    """Shorter periods in it whose closing still waits for a second person."""
    waiting = Closing.objects.filter(
        state=Closing.State.PROPOSED, starts__gte=period.starts, ends__lte=period.ends
    ).exclude(starts=period.starts, ends=period.ends)
    if names := ", ".join(Period(one.starts, one.ends).code for one in waiting):
        yield _("Periods inside it wait to be closed: %(names)s.") % {"names": names}
