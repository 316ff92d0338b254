"""Whether a year of demonstration may be made here, or taken away: never beside real people or real phones."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from analytics import unmaking as ledger
from analytics.periods import day_of, midnight
from campaigns.blasts import routes
from campaigns.editions.edition import Kind
from campaigns.models import Edition
from demonstration.models import Year
from people import unmaking as people

State = Year.State


class NotHere(ValueError):  # noqa: N818 - named for what it is
    """Nothing is made or removed; the text says why."""


def make_sure() -> None:
    """Raises NotHere where anything of this deployment is meant for real people."""
    if not settings.DEMONSTRATION:
        raise NotHere(_("Only a demonstration can have a year of invented life."))
    if not all(gateway.simulated for gateway in routes.gateways().values()):
        raise NotHere(
            _("A gateway here leads to real phones: a demonstration has simulated ones only.")
        )
    if Edition.objects.filter(kind=Kind.LIVE).exists():
        raise NotHere(_("A live edition was published here: this deployment serves real people."))


def make_sure_of_room(begins: date, ends: date) -> None:
    """Raises NotHere where people are known already, or something was counted in these days."""
    if standing() is not None:
        raise NotHere(_("A year of demonstration stands already: remove it first."))
    make_sure_of_nobody(begins, ends)


def make_sure_of_nobody(begins: date, ends: date) -> None:
    """The same, whatever stands."""
    make_sure()
    if others := people.others(midnight(begins), midnight(begins)):
        said = _(
            "%(n)d people are known here whom no demonstration invented: nothing is mixed with them."
        )
        raise NotHere(said % {"n": others})
    if ledger.counted_before(midnight(ends)):
        raise NotHere(_("Something was counted here in these days: choose an earlier end."))


def last_day(at: datetime) -> date:
    """The first day that belongs to the deployment itself: today, or the day on which it first counted something."""
    first = ledger.counted_before(at)
    return min(first, day_of(at)) if first else day_of(at)


def standing() -> Year | None:
    """The year that was made here, or is being made; None where there is none."""
    return Year.objects.order_by("-pk").first()
