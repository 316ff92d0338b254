"""A sieve over a year."""

from datetime import UTC, datetime

from analytics import indicators
from analytics.periods import Period, parse
from analytics.sieves import Sieve

EIGHT = ("DJ", "ER", "ET", "KE", "SD", "SO", "SS", "UG")
AT = datetime(2025, 12, 31, 20, tzinfo=UTC)
YEAR = parse("2025")


def sieve(
    *,
    period: Period = YEAR,
    countries: tuple[str, ...] = EIGHT,
    campaign: str = "",
    at: datetime = AT,
) -> Sieve:
    return Sieve(
        indicator=indicators.find("3.3"),
        rule=indicators.rule_of("3.3", YEAR.starts),
        period=period,
        own=EIGHT,
        countries=countries,
        campaign=campaign,
        at=at,
    )
