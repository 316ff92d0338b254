"""What may leave, as single numbers: the released tables of a closed period, and nothing else.

Which numbers are in them is decided once by `analytics.outside`; withheld ones have no observation here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from analytics import handing, outside, schemes
from analytics.linking import TOTAL
from analytics.models import ClosedPeriod, Release
from analytics.periods import Period


class NotReleased(Exception):  # noqa: N818 - says what happened
    """Nothing may leave of this period; `code`: why, of WHY in analytics.making."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Observation:
    """One number that may leave. `dimension` "" is the total; `digest`: of the released table."""

    indicator: str
    title: str
    rule: str
    period: Period
    dimension: str
    category: str
    measure: str
    value: int
    digest: str = ""

    @property
    def key(self) -> str:
        """The same for the same number of the same period, however often it is taken out."""
        where = f"{self.dimension}={self.category}" if self.dimension else "total"
        return f"{self.indicator}/{self.period.code}/{where}/{self.measure}"


def observations(period: Period, *, own: Collection[str]) -> tuple[Observation, ...]:
    """Everything that may leave of a period, in the order of the tables. Raises NotReleased.

    The tables are of the whole deployment: who does not see all its countries (`own`) gets none.
    """
    days = {"starts": period.starts, "ends": period.ends}
    codes = Release.objects.filter(**days).order_by("indicator").values_list("indicator", flat=True)
    tables = [one for code in dict.fromkeys(codes) for one in outside.released(code, period)]
    closed = list(ClosedPeriod.objects.only("indicator", "starts", "ends", "countries"))
    if not all(handing.concerns(closed, one.indicator, period, own) for one in tables):
        raise NotReleased("parts")
    titles = {code: one.title for code, one in schemes.first_titles().items()}
    found = tuple(each for one in tables for each in _of(one, period, titles))
    if not found:
        raise NotReleased("withheld" if tables else "unreleased")
    return found


def _of(table: Release, period: Period, titles: Mapping[str, str]) -> Iterator[Observation]:
    code = table.indicator
    head = (code, titles.get(code, code), f"{code}/{table.rule}", period)
    dimension = "" if table.table == TOTAL else table.table
    for row in outside.rows(table):
        for measure, value in row.numbers.items():
            if value is not None:
                category = " ".join(row.category)
                yield Observation(*head, dimension, category, measure, value, table.digest)
