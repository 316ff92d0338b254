"""The figures' door of the JSON API: what is counted, and the tables that were released."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from analytics import definitions, handing, paging, periods, schemes
from analytics.handing import Handed, Sought
from analytics.models import Indicator
from analytics.outside import LAYOUT, Row
from analytics.paging import Unclear
from analytics.periods import Period

guarded = permission_required("analytics.view_release", raise_exception=True)
TABLES_A_PAGE: Final = 20  # of one table a few hundred lines at most
LONGEST: Final = 20  # signs of an indicator's code
STANDARD: Final = re.compile(r"20\d{2}(-(Q[1-4]|S[12]|0[1-9]|1[0-2]))?")


@require_safe
@guarded
def indicators(request: HttpRequest) -> JsonResponse:
    """What donors ask for: codes, titles, rules."""
    paging.parameters(request.GET)
    page = paging.page_of(schemes.listed(), request.GET)
    return answer(paging.told(page, [_indicator(one) for one in page.rows]))


@require_safe
@guarded
def figures(request: HttpRequest) -> JsonResponse:
    """Released tables: sieved by indicator, period and table."""
    asked = paging.parameters(request.GET, "indicator", "period", "table")
    sought = Sought(
        indicator=paging.short("indicator", asked["indicator"], LONGEST),
        period=_period(asked["period"]),
        table=paging.one_of("table", asked["table"], tuple(LAYOUT.tables)),
    )
    own = getattr(request.user, "countries", ())
    page = paging.page_of(handing.keys(sought, own), request.GET, size=TABLES_A_PAGE)
    return answer(paging.told(page, [_table(one) for one in handing.tables(page.rows)]))


def answer(content: Mapping[str, Any]) -> JsonResponse:
    """As UTF-8 that people can read too."""
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


def _period(code: str) -> Period | None:
    if not code:
        return None
    if not STANDARD.fullmatch(code):
        raise Unclear(
            _("period is a year (2026), semester (2026-S1), quarter (2026-Q1) or month (2026-01).")
        )
    return periods.parse(code)


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "counted": one.counted,
        "level": one.level,
        "unit": _unit(one),
        "titles": handing.titled(one),
        "rules": [
            {"rule": str(rule), "since": rule.since.isoformat(), "tiers": rule.tiers}
            for rule in sorted(one.rules.all(), key=lambda rule: rule.since)
        ],
    }


def _unit(one: Indicator) -> str:
    with override("en"):
        return str(definitions.UNIT) if one.counted else "events"


def _table(one: Handed) -> dict[str, Any]:
    period = one.key.period
    return {
        "indicator": one.key.indicator,
        "rule": one.rule,
        "period": period.code,
        "from": period.starts.isoformat(),
        "to": period.ends.isoformat(),
        "table": one.key.table,
        "dimensions": one.dimensions,
        "measures": one.measures,
        "unit": handing.UNIT,
        "rows": [_row(one, row) for row in one.rows],
        "digest": one.digest,
        "released_at": one.released_at.isoformat(timespec="seconds"),
    }


def _row(one: Handed, row: Row) -> dict[str, Any]:
    breakdown = dict(zip(one.dimensions, row.category, strict=True))
    return {"breakdown": breakdown, "reached": dict(row.numbers)}
