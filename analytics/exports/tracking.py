"""The tracking table as CSV: a line for each indicator and period, with everything a donor's sheet asks."""

from collections.abc import Iterable

from analytics.exports import tidy
from analytics.iptt import Line

HEADER = (
    *("indicator", "code", "scheme", "statement", "level", "unit", "rule", "from", "to", "period"),
    *("baseline", "baseline_date", "target", "target_set_on", "unique", "first_time", "cumulative"),
    *("percent_of_target", "deviation_reason", "delivered_only", "interacted_only"),
    *("direct_by_hand", "indirect_by_hand", "source_of_verification", "flags", "responsible"),
    *("computed_at", "closed_on", "closed_unique", "closed_digest"),
)


def write(lines: Iterable[Line]) -> str:
    """All lines; what nobody set is empty, never 0."""
    return tidy.write([HEADER, *(_row(line) for line in lines)])


def _row(line: Line) -> tuple[object, ...]:
    baseline, target, closed = line.baseline, line.target, line.closed
    return (
        *(line.indicator, line.code, line.scheme, line.statement, line.level, line.unit),
        *(line.rule, line.period.starts, line.period.ends, line.period_name),
        *((baseline.value, baseline.measured_on) if baseline else ("", "")),
        *((target.value, target.set_on) if target else ("", "")),
        *(line.actual.unique, line.actual.first_time, line.actual.cumulative),
        *("" if line.share is None else line.share, line.reason),
        *((line.numbers.delivered, line.numbers.interacted) if line.rule else ("", "")),
        *(line.direct, line.indirect, line.source, "; ".join(line.notes), line.responsible),
        line.computed_at.isoformat(timespec="seconds"),
        *((closed.on, closed.unique, closed.digest) if closed else ("", "", "")),
    )
