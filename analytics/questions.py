"""What is asked of the ledger, and the pieces of SQL that answer it (`analytics.counting` puts them together).

A breakdown is one of three kinds:

- route (country, channel, campaign, item, gateway): a subject counts in every category it was met in;
- person (language, network, sex, age band, status, district): a subject has one category in a period,
  that of its first qualifying exposure there: earliest month, in it lowest sequence;
- period (month, quarter ...): the same question asked of each shorter period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from analytics.periods import Period, later, month_of

ROUTES = ("country", "channel", "campaign")
DETAILS = ("item", "gateway")  # routes that `reach` does not keep: always counted from exposures
PERSONS = ("language", "network", "sex", "age_band", "status", "district")
DIMENSIONS = (*ROUTES, *DETAILS, *PERSONS)
EVERYTHING = 2**63 - 1  # as `upto`: no limit

By = tuple[str, ...]  # dimensions, in the order asked
Cell = tuple[str, ...]  # one category for each of them


@dataclass(frozen=True, slots=True)
class Question:
    """What is counted, under which rule, of which part of the ledger."""

    indicator: str
    tiers: tuple[str, ...]  # that make a subject reached
    start: date  # nothing before it counts
    upto: int = EVERYTHING  # exposures recorded later are not seen
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # route -> its categories
    subjects: tuple[UUID, ...] | None = None  # None: everybody
    recount: bool = False  # from the exposures alone


# --- from where: whole months from `reach`, the days at the edges from `exposure` ------------------

REACH = """
SELECT subject, sequence, tier, linked, month,
       month::timestamp AT TIME ZONE 'Africa/Nairobi' AS moment {columns}
FROM analytics_reach
WHERE indicator = %(indicator)s AND sequence <= %(upto)s
  AND month >= %(first)s AND month < %(last)s AND month <> ALL(%(broken)s::date[]) {also}"""

EXPOSURES = """
SELECT subject, sequence, tier, linked,
       date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month, at AS moment {columns}
FROM analytics_exposure
WHERE %(indicator)s = ANY(indicators) AND sequence <= %(upto)s
  AND at >= %(begin{place})s AND at < %(end{place})s {also}"""


def hits(
    question: Question,
    span: Period,
    parts: "Parts",
    cuts: Sequence[date],
    *,
    also: str = "",
) -> tuple[str, dict[str, Any]]:
    """The statement that lists the exposures of a span, at least one for each subject and category.

    Months that a cut goes through cannot come from `reach`, which knows no days.
    """
    broken = sorted({month_of(day) for day in (span.starts, *cuts, span.ends) if day.day != 1})
    spans = [
        Period(max(month, span.starts), min(later(month, 1), span.ends))
        for month in broken
        if later(month, 1) > span.starts and month < span.ends
    ]
    if question.subjects is not None:
        also += " AND subject = ANY(%(subjects)s::uuid[])"
    asked = dict.fromkeys([*parts.dimensions, *question.only])
    whole = not (question.recount or set(asked) & set(DETAILS))
    if not whole:
        spans = [span]
    columns = "".join(f", coalesce(nullif({one}, ''), 'unknown') AS {one}" for one in asked)
    params: dict[str, Any] = {
        "indicator": question.indicator,
        "upto": question.upto,
        "subjects": list(question.subjects or ()),
        "first": month_of(span.starts),
        "last": span.ends,
        "broken": broken,
    }
    selects = [REACH.format(columns=columns, also=also)] if whole else []
    for place, one in enumerate(spans):
        params |= {f"begin{place}": one.begin, f"end{place}": one.end}
        selects.append(EXPOSURES.format(columns=columns, place=place, also=also))
    return " UNION ALL ".join(selects), params


# First qualifying exposure first, else first of any tier: by month, then by order of recording.
RANK = """
(CASE WHEN tier = ANY(%(tiers)s) THEN 0 ELSE 1 END::bigint << 60)
+ ((extract(year FROM month)::bigint * 12 + extract(month FROM month)::bigint) << 44) + sequence"""

SEQUENCE = 2**44 - 1  # the part of a rank that is the sequence
NAMED = """
first AS MATERIALIZED (
    SELECT subject, {persons} FROM hits
    JOIN (SELECT min({rank}) & {sequence} AS sequence FROM hits GROUP BY subject) one USING (sequence)
), kinds AS MATERIALIZED (
    SELECT row_number() OVER () AS kind, {persons} FROM (SELECT DISTINCT {persons} FROM first) words
), named AS MATERIALIZED (
    SELECT subject, kind FROM first JOIN kinds USING ({persons})
),"""


@dataclass(frozen=True, slots=True)
class Parts:
    """Breakdowns as the grouping sets of one statement, and its rows read back.

    Subjects are first made distinct within each set of routes (`part` says which), then given their one
    category of each person's dimension, then added up: so the dear step is done once for all breakdowns
    with the same routes.
    """

    sets: tuple[By, ...]
    routes: By
    persons: By

    @classmethod
    def of(cls, sets: Sequence[By]) -> "Parts":
        asked = {dimension for by in sets for dimension in by}
        routes = tuple(one for one in (*ROUTES, *DETAILS) if one in asked)
        return cls(tuple(sets), routes, tuple(one for one in PERSONS if one in asked))

    @property
    def dimensions(self) -> By:
        return (*self.routes, *self.persons)

    def fragments(self, only: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """The pieces of a statement that depend on what is asked; every word is one of DIMENSIONS."""
        persons = ", ".join(self.persons)
        named = NAMED.format(persons=persons, rank=RANK, sequence=SEQUENCE)
        inner = dict.fromkeys(tuple(one for one in by if one in self.routes) for by in self.sets)
        outer = dict.fromkeys(tuple(one for one in by if one in self.persons) for by in self.sets)
        personal = {self._part(by) for by in self.sets if set(by) & set(self.persons)}
        need = f"part IN ({', '.join(map(str, sorted(personal)))})"
        return {
            "routes": _listed(self.routes),
            "dimensions": _listed(self.dimensions),
            "part": f"GROUPING({', '.join(self.routes)})" if self.routes else "0",
            "detail": f"GROUPING({persons})" if persons else "0",
            "named": named if persons else "",
            "join": f"LEFT JOIN named ON {need} AND named.subject = cells.subject"
            if persons
            else "",
            "kind": "kind, " if persons else "",
            "kinds": "LEFT JOIN kinds USING (kind)" if persons else "",
            "only": " AND ".join(["true", *(f"{one} = ANY(%(only_{one})s)" for one in only)]),
            "route_sets": ", ".join(f"({_listed(by)}subject)" for by in inner),
            "sets": ", ".join(f"({_listed((*self.routes, *by))}part)" for by in outer),
        }

    def _part(self, by: By) -> int:
        """What GROUPING() of the routes says in the rows of this breakdown."""
        bits = ("0" if one in by else "1" for one in self.routes)
        return int("".join(bits) or "0", 2)

    def params(self, question: Question) -> dict[str, Any]:
        only = {f"only_{one}": list(cells) for one, cells in question.only.items()}
        return {"tiers": list(question.tiers), **only}

    def read(self, row: tuple[Any, ...]) -> tuple[By, Cell, tuple[Any, ...]]:
        """A row's breakdown and cell, in the order asked, and its numbers."""
        part, detail, *rest = row
        width = len(self.dimensions)
        words = dict(zip(self.dimensions, rest[:width], strict=True))
        present = _present(self.routes, part) | _present(self.persons, detail)
        by = next((by for by in self.sets if set(by) == present), ("",))
        return by, tuple(words.get(one, "") for one in by), tuple(rest[width:])


def _present(dimensions: By, grouping: int) -> set[str]:
    """Which dimensions PostgreSQL's GROUPING() says a row is grouped by: those whose bit is 0."""
    last = len(dimensions) - 1
    return {one for place, one in enumerate(dimensions) if not grouping >> (last - place) & 1}


def _listed(words: By) -> str:
    return "".join(f"{one}, " for one in words)
