"""How a number of the ledger was counted, for whoever asks: definition, rule, statements and their parameters."""

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics import counting, definitions
from analytics.periods import Period
from analytics.questions import By
from analytics.sheets import Method, Query
from analytics.sieves import Sieve

Telling = Callable[[], Method]
KEPT = """\
SELECT * FROM analytics_figure
WHERE indicator = %(indicator)s AND rule = %(rule)s AND starts = %(starts)s AND ends = %(ends)s
  AND by = ANY(%(by)s)"""


def counted(
    sieve: Sieve,
    sets: Sequence[By],
    *,
    periods: Sequence[Period] = (),
    counted_at: datetime | None = None,
) -> Telling:
    """Told only to who asks for it: the statements are long."""

    def method() -> Method:
        spans = list(periods) or [sieve.period]
        return told(sieve, _queries(sieve, sets, spans), counted_at=counted_at)()

    return method


def told(sieve: Sieve, queries: Sequence[Query], *, counted_at: datetime | None = None) -> Telling:
    """Definition and rule, with these statements."""
    return lambda: Method(
        words=tuple(map(str, (definitions.DEFINITION, *_measures()))),
        rule=_rule(sieve),
        queries=tuple(queries),
        counted_at=counted_at or sieve.at,
    )


def _measures() -> tuple[str, ...]:
    return tuple(
        map(
            str,
            (
                definitions.UNIQUE,
                definitions.FIRST_TIME,
                definitions.CUMULATIVE,
                definitions.UNLINKED,
            ),
        )
    )


def _rule(sieve: Sieve) -> str:
    tiers = ", ".join(
        str(one.name) for one in definitions.MEANINGS if one.measure in sieve.rule.tiers
    )
    words = _(
        "Rule %(rule)s, in force since %(since)s: who has any of these is reached: %(tiers)s."
    )
    return words % {"rule": sieve.rule, "since": date_format(sieve.rule.since), "tiers": tiers}


def _queries(sieve: Sieve, sets: Sequence[By], spans: Sequence[Period]) -> list[Query]:
    last = spans[-1]
    cuts = sorted({day for one in spans for day in (one.starts, one.ends)})
    found = [_kept(sieve, sets, last)]
    if sieve.question.start < last.ends:
        met = counting.met_statement(sieve.question, last, sets)
        firsts = counting.firsts_statement(sieve.question, cuts, sets)
        found.append(query(_("Who was met in the period, counted anew"), *met))
        found.append(query(_("Who was reached for the first time, counted anew"), *firsts))
    return found


def _kept(sieve: Sieve, sets: Sequence[By], period: Period) -> Query:
    asked = {
        "indicator": sieve.indicator.code,
        "rule": sieve.rule.version,
        "starts": period.starts,
        "ends": period.ends,
        "by": [",".join(by) for by in sets],
    }
    return query(_("Kept figures of a standard period, renewed each minute"), KEPT, asked)


def query(answers: str, statement: str, parameters: Mapping[str, Any]) -> Query:
    """Parameters as JSON, without those that are not asked with."""
    told = {name: one for name, one in parameters.items() if f"%({name})s" in statement}
    text = json.dumps(told, indent=1, default=str, ensure_ascii=False) if told else ""
    return Query(answers, textwrap.dedent(statement).strip(), text)


def plain(
    *words: str, queries: Sequence[Query] = (), counted_at: datetime | None = None
) -> Telling:
    """Of what is no number of the ledger."""
    return lambda: Method(words=words, queries=tuple(queries), counted_at=counted_at)
