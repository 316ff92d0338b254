"""What was told by hand of a market day and of a programme on the radio."""

from dataclasses import replace
from datetime import UTC, date, datetime

from analytics.entries import Act, Told
from analytics.models import EntryKind, Method

ACT = Act("amina", datetime(2025, 6, 1, 9, tzinfo=UTC))
MARKET = Told(
    kind=EntryKind.EVENT,
    title="Market day talk (invented)",
    on=date(2025, 5, 20),
    country="KE",
    district="Turkana",
    indicators=("3.3", "3.11"),
    people=120,
    indirect=False,
    method=Method.SHEET,
)


RADIO = replace(
    MARKET,
    kind=EntryKind.RADIO,
    title="Evening programme (invented)",
    indicators=("3.3",),
    people=40_000,
    indirect=True,
    method=Method.SURVEY,
    explained="Listeners' survey of March 2025, 12 % of 330 000",
)
