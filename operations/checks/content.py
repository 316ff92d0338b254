"""Checks of what people read: editions, and numbers and figures that expire."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from campaigns.blasts import routes
from campaigns.models import Alert
from campaigns.press import serving
from campaigns.proofs import expiring
from operations.findings import Finding
from people.countries import CODES


def editions(at: datetime) -> Iterator[Finding]:
    """Every gateway has something to serve, and nothing in it has lapsed."""
    for simulated in sorted({one.simulated for one in routes.gateways().values()}):
        row = serving.newest_for(simulated=simulated)
        if row is None:
            said = (
                _("Nothing is published: whoever dials is told to come again.")
                if simulated
                else _("No live edition is published: real phones are told to come again.")
            )
            yield Finding(said, _("Publish under Editions."), about=f"none {simulated}")
        elif row.lapses_on and row.lapses_on < timezone.localdate(at):
            yield Finding(
                _("Something in the edition {edition} has lapsed and was not taken out."),
                _("Look whether beat and the bulk worker run; then publish under Editions."),
                {"edition": row.hash},
                about="lapsed",
            )
        elif row.left_out:
            yield Finding(
                _("Texts that are not in the edition {edition}, or in an earlier form: {number}."),
                _("Open the edition under Editions: it says which and why."),
                {"number": str(len(row.left_out)), "edition": row.hash},
                about="left out",
                wrong=False,
            )


def numbers(at: datetime) -> Iterator[Finding]:
    """Numbers that help were called in time."""
    today = timezone.localdate(at)
    ending = expiring.numbers_ending(today + expiring.SOON)
    rows = list(ending.values_list("country", "expires"))
    yield from _lapsed(Counter(c for c, on in rows if on and on <= today), rows)
    yield from _soon(Counter(c for c, on in rows if on and on > today))


def _lapsed(counted: Counter[str], rows: list[tuple[str, date | None]]) -> Iterator[Finding]:
    for country, number in sorted(counted.items()):
        first = min(on for code, on in rows if on and code == country)
        yield Finding(
            _("Numbers of {country}, not called in time and not shown: {number}."),
            _("Call them and say so under Directory."),
            {"number": str(number), "country": country},
            about=f"lapsed {country}",
            country=country if country in CODES else "",
            since=timezone.make_aware(datetime.combine(first, datetime.min.time())),
        )


def _soon(counted: Counter[str]) -> Iterator[Finding]:
    for country, number in sorted(counted.items()):
        yield Finding(
            _("Numbers of {country} to be called again within thirty days: {number}."),
            _("Call them and say so under Directory, or they are not shown any more."),
            {"number": str(number), "country": country},
            about=f"soon {country}",
            country=country if country in CODES else "",
            wrong=False,
        )


def alerts(_at: datetime) -> Iterator[Finding]:
    """What lapsed was taken in hand by somebody."""
    due = Alert.objects.filter(seen_by=None, days=0).order_by("at")
    if first := due.first():
        yield Finding(
            _("Alerts on something that lapsed, taken in hand by nobody: {number}."),
            _("Open Directory, then what expires."),
            {"number": str(due.count())},
            wrong=False,
            since=first.at,
        )
