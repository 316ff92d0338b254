"""Numbers as CSV with HXL hashtags in its second row, from a list of our own.

Libraries of HXL take a misspelt tag for a new one and pass over a word without #: so only these are written.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from analytics.definitions import UNIT
from analytics.exports.cover import Cover
from analytics.exports.outward import Observation
from analytics.linking import MEASURES

# what a column is called, and its tag: HXL 1.1 core tags, our own attributes only after +
COLUMNS = {
    "indicator": "#indicator+code",
    "title": "#indicator+name",
    "rule": "#meta+rule",
    "from": "#date+start",
    "to": "#date+end",
    "country": "#country+code+iso2",
    "channel": "#channel+code",
    "dimension": "#meta+dimension",
    "category": "#meta+category",
    "unique": "#reached+unique",
    "first_time": "#reached+first_time",
    "cumulative": "#reached+cumulative",
    "unit": "#meta+unit",
    "digest": "#meta+digest",
    "label": "#meta+label",
}
ALLOWED = frozenset(COLUMNS.values())


def checked(tags: Sequence[str]) -> Sequence[str]:
    """The tags, when each is one of ours. Raises ValueError."""
    if unknown := [tag for tag in tags if tag not in ALLOWED]:
        raise ValueError(f"Not a tag of ours: {', '.join(unknown)}.")
    return tags


def rows(found: Sequence[Observation], cover: Cover) -> Iterator[Sequence[object]]:
    """Header, tags, then one row for each category; a number that may not leave is empty."""
    yield tuple(COLUMNS)
    yield checked(tuple(COLUMNS.values()))
    cells: dict[tuple[str, str, str], list[Observation]] = {}
    for one in found:
        cells.setdefault((one.indicator, one.dimension, one.category), []).append(one)
    for group in cells.values():
        yield _row(group, cover)


def _row(group: Sequence[Observation], cover: Cover) -> Sequence[object]:
    first = group[0]
    numbers = {one.measure: one.value for one in group}
    where = {first.dimension: first.category}
    last = first.period.ends - timedelta(days=1)
    return (
        *(first.indicator, first.title, first.rule, first.period.starts, last),
        *(where.get("country", ""), where.get("channel", "")),
        *(first.dimension or "total", first.category),
        *(numbers.get(measure, "") for measure in MEASURES),
        *(UNIT, first.digest, cover.label),
    )
