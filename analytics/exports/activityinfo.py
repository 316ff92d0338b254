"""Numbers as one flat CSV with a key for each, so that importing it again updates a record and makes no second."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from analytics.definitions import UNIT
from analytics.exports.cover import Cover
from analytics.exports.outward import Observation

HEADER = (
    *("key", "deployment", "indicator", "title", "rule", "period", "from", "to", "dimension"),
    *("category", "measure", "value", "unit", "digest", "label"),
)


def rows(found: Sequence[Observation], cover: Cover) -> Iterator[Sequence[object]]:
    """The header, then an observation a row. The key knows no rule: a recount is the same record."""
    yield HEADER
    for one in found:
        last = one.period.ends - timedelta(days=1)
        yield (
            *(one.key, cover.deployment, one.indicator, one.title, one.rule, one.period.code),
            *(one.period.starts, last, one.dimension or "total", one.category, one.measure),
            *(one.value, UNIT, one.digest, cover.label),
        )
