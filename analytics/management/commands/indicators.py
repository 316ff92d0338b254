"""`indicators`: the donors' numbers for a span of days, as a table or as JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics import closing, indicators
from analytics.closing import Settled
from analytics.figures import PLAIN
from analytics.indicators import Line
from analytics.models import Indicator, Rule
from analytics.periods import Period

REACHED = ("unique", "first_time", "cumulative")


class Command(BaseCommand):
    help = "Reach by indicator in [from, to), days in Africa/Nairobi: unique phone numbers, never sums."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="starts", type=date.fromisoformat, required=True)
        parser.add_argument(
            "--to", dest="ends", type=date.fromisoformat, required=True, help="not included"
        )
        parser.add_argument(
            "--indicator", help="a code or title in any scheme; without it: all that are counted"
        )
        parser.add_argument(
            "--by", default="", help=f"comma-separated: {', '.join(indicators.BREAKDOWNS)}"
        )
        parser.add_argument(
            "--rule", type=int, help="count under this version of the rule, whatever is in force"
        )
        parser.add_argument(
            "--campaign",
            action="append",
            dest="campaigns",
            metavar="CODE",
            help="only what was met in it; may be given several times",
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self,
        *_: object,
        starts: date,
        ends: date,
        indicator: str | None,
        by: str,
        as_json: bool,
        **scope: Any,  # noqa: ANN401 - campaigns and rule
    ) -> None:
        dimensions = [word.strip() for word in by.split(",") if word.strip()]
        try:
            lines = _lines(
                indicator, Period(starts, ends), dimensions, scope["campaigns"], scope["rule"]
            )
        except (ValueError, Indicator.DoesNotExist, Rule.DoesNotExist) as error:
            raise CommandError(str(error)) from error
        if as_json:
            whole = not dimensions and not scope["campaigns"]
            settled = closing.settled([Period(starts, ends)]) if whole else {}
            found = [plain(line) | _closed(line, settled) for line in lines]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            self._table(lines, dimensions)

    def _table(self, lines: Sequence[Line], by: Sequence[str]) -> None:
        rows = [["indicator", *by, *PLAIN[:3], *REACHED, *PLAIN[3:], "unlinked"]]
        for line in lines:
            numbers = asdict(line.numbers)
            rows.append(
                [
                    line.rule,
                    *line.breakdown.values(),
                    *(str(numbers[name]) for name in PLAIN[:3]),
                    *(str(numbers["reached"][name]) for name in REACHED),
                    *(str(numbers[name]) for name in PLAIN[3:]),
                    str(line.numbers.unlinked.unique),
                ]
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write(
                "  ".join(
                    f"{word:<{wide}}" for word, wide in zip(row, widths, strict=True)
                ).rstrip()
            )


def _lines(
    name: str | None,
    period: Period,
    by: Sequence[str],
    campaigns: Sequence[str] | None,
    version: int | None,
) -> list[Line]:
    asked = [indicators.find(name)] if name else indicators.counted()
    if by_hand := [one for one in asked if not one.counted]:
        raise ValueError(f"{by_hand[0]} is entered by hand, not counted from the ledger.")
    rules = {one.code: indicators.version_of(one.code, version) for one in asked} if version else {}
    return [
        line
        for one in asked
        for line in indicators.count(
            one.code, period, by=by, campaigns=campaigns, rule=rules.get(one.code)
        )
    ]


def _closed(line: Line, settled: Mapping[tuple[str, Period], Settled]) -> dict[str, dict[str, Any]]:
    """What the range was closed with, where it is a closed period of the indicator; else no key at all."""
    one = settled.get((line.indicator, line.period))
    return {"closed": asdict(one) | {"on": f"{one.on}"}} if one else {}


def plain(line: Line) -> dict[str, Any]:
    """A line as it is published; `unlinked` are chat identities without a number, in no other figure."""
    numbers = asdict(line.numbers)
    names = ("targeted", "sent", "delivered", "reached", *PLAIN[3:], "unlinked")
    return {
        "indicator": line.indicator,
        "rule": line.rule,
        "breakdown": dict(line.breakdown),
        **{name: numbers[name] for name in names},
    }
