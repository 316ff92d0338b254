"""What may be forged: the share of suspect sessions, what the doors held back, and bursts of opt-outs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from analytics.few import few
from people import rushes, turnstile
from people.countries import COUNTRIES
from people.rushes import Burst, Held
from people.views.reader import whoever
from ussd import suspects as rules
from ussd.suspects import Suspects

SINCE: Final = timedelta(days=30)  # of which is told what was held back
WHAT: Final[Mapping[str, Promise]] = {
    turnstile.DIALS.what: gettext_lazy("calls of the USSD code"),
    turnstile.TEXTS.what: gettext_lazy("SMS to us; the word STOP was obeyed all the same"),
    turnstile.QUESTIONS.what: gettext_lazy("questions of a chat"),
    turnstile.RECEIPTS.what: gettext_lazy("receipts about one number"),
    turnstile.SECRETS.what: gettext_lazy("requests of one address with a wrong secret"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """So many sessions, or None: few. `share` in percent, None: not told."""

    number: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Row:
    month: date
    country: str | Promise
    sessions: int | None
    near: Part
    unended: Part


@require_GET
@permission_required("analytics.view_reach", raise_exception=True)
def suspect(request: HttpRequest) -> HttpResponse:
    """Everything of the countries of whoever looks, and what belongs to no country."""
    countries, now = whoever(request).countries, timezone.now()
    context = {
        "rows": [_row(one) for one in rules.suspects(countries)],
        "bursts": [(one, _where(one)) for one in rushes.bursts(countries, at=now)],
        "held": [
            (one, WHAT[one.what], _where(one)) for one in rushes.held(countries, since=now - SINCE)
        ],
        "countries": countries,
    }
    return render(request, "ussd/suspect.html", context)


def _row(one: Suspects) -> Row:
    return Row(
        month=one.month,
        country=COUNTRIES[one.country].name,
        sessions=_told(one.sessions),
        near=_part(one, one.near),
        unended=_part(one, one.unended),
    )


def _part(one: Suspects, number: int) -> Part:
    return Part(None if few(one.sessions) else _told(number), one.share(number))


def _told(number: int) -> int | None:
    return None if few(number) else number


def _where(one: Burst | Held) -> str | Promise:
    country = COUNTRIES.get(one.country)
    return country.name if country else ""
