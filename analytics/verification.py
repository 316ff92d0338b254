"""Is what we report what the exposures say? Everything that follows from them is counted again.

Checked: the chain of closed days against their rows, `reach` against the exposures, each kept figure
against a recount at its own sequence, closed periods against theirs and against their packs, released tables against
their digests, and that sensitive exposures say no more than they may.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from django.db import connection

from analytics import chain, counting, figures, proving
from analytics.counting import Numbers, Table
from analytics.models import Count, DayLink, Exposure, Figure, Rule
from analytics.periods import Period

SHOWN = 5  # examples of each kind of difference


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and every difference in plain words; none: the ledger holds."""

    exposures: int
    days: int
    open_rows: int  # of days that are not closed yet: vouched for by the recount only
    reach: int
    figures: int
    newest: str  # link of the chain, "2026-03-01=<hash>": whoever keeps it can hold us to it; "" for none
    differences: tuple[str, ...]


def verify(*, noted: Sequence[str] = ()) -> Report:
    """Recount everything. Costs minutes at 10 million exposures; writers may go on meanwhile.

    `noted`: links as an earlier report named them. A chain that is cut at its end and made anew agrees with
    itself; only what was kept elsewhere shows it.
    """
    with counting.snapshot():
        closed = DayLink.objects.order_by("-day").first()
        exposures = Exposure.objects.all()
        return Report(
            newest=f"{closed.day}={closed.digest}" if closed else "",
            differences=(
                *_noted(noted),
                *_days(),
                *_reach(),
                *_figures(),
                *proving.closed(),
                *proving.released(),
                *_sensitive(),
            ),
            exposures=exposures.count(),
            days=DayLink.objects.count(),
            open_rows=(
                exposures.filter(recorded_on__gt=closed.day) if closed else exposures
            ).count(),
            reach=_number("SELECT count(*) FROM analytics_reach"),
            figures=Figure.objects.count(),
        )


# --- the chain ------------------------------------------------------------------------------------


def _noted(links: Sequence[str]) -> Iterator[str]:
    own = {f"{day}={digest}" for day, digest in DayLink.objects.values_list("day", "digest")}
    for link in links:
        if link not in own:
            yield f"Link {link}: it was noted elsewhere and is not in the chain of closed days."


def _days() -> Iterator[str]:
    previous = ""
    with connection.cursor() as cursor:
        for kept in DayLink.objects.order_by("day"):
            now = chain.compute(cursor, kept.day, previous)
            yield from _link_differences(kept, now)
            previous = kept.digest
    loose = Exposure.objects.exclude(recorded_on__in=DayLink.objects.values("day"))
    if newest := DayLink.objects.order_by("-day").first():
        for day in loose.filter(recorded_on__lt=newest.day).values_list("recorded_on").distinct():
            yield f"Day {day[0]}: it has rows, but no link in the chain of closed days."


def _link_differences(kept: DayLink, now: chain.Link) -> Iterator[str]:
    if kept.previous != now.previous:
        yield f"Day {kept.day}: it is not chained to the closed day before it."
    elif kept.rows != now.rows:
        yield f"Day {kept.day}: it was closed with {kept.rows} rows and has {now.rows} now."
    elif (kept.digest, kept.first, kept.last) != (now.digest, now.first, now.last):
        yield (
            f"Day {kept.day}: its {now.rows} rows are not what they were when it was closed "
            f"(hash {kept.digest[:12]} then, {now.digest[:12]} now)."
        )


# --- reach ----------------------------------------------------------------------------------------

KEY = "indicator, month, tier, subject, campaign, country, channel, linked"
REST = "sequence, language, network, sex, age_band, status, district"
RECOUNT = f"""
WITH counted AS (
    SELECT DISTINCT ON ({KEY}) {KEY}, {REST} FROM (
        SELECT *, date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month
        FROM analytics_exposure
    ) exposure, unnest(indicators) AS indicator
    ORDER BY {KEY}, sequence
), missing AS (
    SELECT * FROM counted EXCEPT ALL SELECT {KEY}, {REST} FROM analytics_reach
), surplus AS (
    SELECT {KEY}, {REST} FROM analytics_reach EXCEPT ALL SELECT * FROM counted
)
SELECT (missing.subject IS NULL)::int - (surplus.subject IS NULL)::int AS kind,
       count(*), min(concat_ws(' ', indicator, month, tier, campaign, country, channel)),
       min(coalesce(missing.sequence, surplus.sequence))
FROM missing FULL JOIN surplus USING ({KEY}) GROUP BY kind ORDER BY kind"""  # noqa: S608 - no input
KINDS = {
    -1: "missing in it although an exposure says so",
    0: "other in it than the first exposure says",
    1: "in it although no exposure says so",
}


def _reach() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        for kind, rows, example, sequence in cursor.fetchall():
            yield f"Reach: {rows} rows are {KINDS[kind]}; first: {example} (sequence {sequence})."


# --- figures --------------------------------------------------------------------------------------


def _figures() -> Iterator[str]:
    rules = {(rule.indicator_id, rule.version): rule for rule in Rule.objects.all()}
    counts = Count.objects.order_by("indicator", "rule", "upto", "starts", "ends")
    for (indicator, version, upto), group in groupby(
        counts, lambda one: (one.indicator, one.rule, one.upto)
    ):
        rule = rules.get((indicator, version))
        if rule is None:
            yield f"Figures of {indicator}/{version}: this rule does not exist."
            continue
        periods = [Period(one.starts, one.ends) for one in group]
        question = figures.question(rule, upto=upto, recount=True)
        for period, table in counting.count(question, periods, figures.SETS).items():
            yield from _period_differences(rule, period, table)
    yield from _orphans()


def _period_differences(rule: Rule, period: Period, table: Table) -> Iterator[str]:
    kept = {figures.key_of(row): figures.numbers_of(row) for row in figures.rows(rule, period)}
    counted = {(by, cell): it for by, cells in table.items() for cell, it in cells.items()}
    wrong = [key for key in {**kept, **counted} if kept.get(key) != counted.get(key)]
    for by, cell in wrong[:SHOWN]:
        named = zip_longest(by, cell, fillvalue="?")  # a cell that was edited may fit no breakdown
        name = ", ".join(f"{one} {word}" for one, word in named) or "total"
        was, now = kept.get((by, cell)), counted.get((by, cell))
        yield f"Figure {rule} {period.code}, {name}: kept {_say(was)}, recounted {_say(now)}."
    if len(wrong) > SHOWN:
        yield f"Figure {rule} {period.code}: {len(wrong) - SHOWN} more differ."


def _say(numbers: Numbers | None) -> str:
    if numbers is None:
        return "nothing"
    names = (*figures.PLAIN, "unique", "first_time", "cumulative")
    values = figures.columns(numbers)
    return " ".join(f"{name} {values[name]}" for name in names if values[name]) or "zeros"


def _orphans() -> Iterator[str]:
    loose = _number(
        "SELECT count(*) FROM analytics_figure f WHERE NOT EXISTS (SELECT FROM analytics_count c "
        "WHERE (c.indicator, c.rule, c.starts, c.ends) = (f.indicator, f.rule, f.starts, f.ends))"
    )
    if loose:
        yield f"Figures: {loose} rows belong to no count."


# --- sensitive content ----------------------------------------------------------------------------


def _sensitive() -> Iterator[str]:
    loud = _number(
        "SELECT count(*) FROM analytics_exposure WHERE sensitive AND (item || language || network || "
        "gateway <> '' OR (sex, age_band, status, district) <> ('unknown','unknown','unknown','unknown'))"
    )
    if loud:
        yield f"Exposures: {loud} of sensitive content say more than indicator, campaign, country, channel."


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
