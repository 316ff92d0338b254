"""`manage.py series`: propose, approve, brake and look at blasts that come again, from the shell."""

import json
from argparse import ArgumentParser
from datetime import date, time
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.blasts import budget, recurring, rhythm
from campaigns.blasts.proposals import Proposal
from campaigns.management.arguments import amount, staff
from campaigns.models import Occasion, Series
from campaigns.models.blasts import ALWAYS_ON

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEPS = {"pause": recurring.pause, "resume": recurring.resume, "stop": recurring.stop}
NEXT = 5


class Command(BaseCommand):
    help = "Propose, approve, pause, resume, stop and show series of blasts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        self._add_propose(actions.add_parser("propose", help="it waits for a second person"))
        approve = actions.add_parser("approve", help="answer for each of its blasts")
        approve.add_argument("--override", default="", help="why, although it only frightens")
        for name in STEPS:
            actions.add_parser(name)
        for name in ("approve", *STEPS):
            actions.choices[name].add_argument("series", type=int)
            actions.choices[name].add_argument("--by", required=True, help="your staff name")
        actions.add_parser("show", help="next days, and what came of the last").add_argument(
            "series", type=int
        )
        for action in actions.choices.values():
            action.add_argument("--json", action="store_true")

    def _add_propose(self, one: ArgumentParser) -> None:
        for name, words in (
            ("--item", "the content item, such as faq-038"),
            ("--audience", "a saved audience's name, a country code (KE) or all"),
            ("--by", "your staff name"),
        ):
            one.add_argument(name, required=True, help=words)
        one.add_argument("--rhythm", required=True, choices=list(Series.Rhythm))
        one.add_argument("--hour", required=True, type=time.fromisoformat, help="09:00, everywhere")
        one.add_argument("--starts", required=True, type=date.fromisoformat)
        one.add_argument("--ends", type=date.fromisoformat, help="the last day")
        one.add_argument("--most", type=int, help="times at most")
        one.add_argument("--each", required=True, type=amount, help="money for one time")
        one.add_argument("--budget", required=True, type=amount, help="money for all times")
        one.add_argument("--weekdays", default="", help="mon,thu")
        one.add_argument("--month-day", type=int, help="31: the last day of any month")
        one.add_argument("--before", default="", choices=["", *Occasion.Kind], help="an occasion")
        one.add_argument("--days", type=int, default=0, help="days before the occasion")
        one.add_argument("--campaign", default=ALWAYS_ON)
        one.add_argument("--gateway", action="append", default=[])
        one.add_argument("--holdout", type=int, default=0, help="per cent left out by lot")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            answer = _told(_series(options))
        except recurring.TROUBLES as trouble:
            raise CommandError(str(trouble)) from trouble
        if options["json"]:
            self.stdout.write(json.dumps(answer, default=float, ensure_ascii=False))
            return
        for name, value in answer.items():
            self.stdout.write(f"{name:12} {value}")


def _series(options: dict[str, Any]) -> Series:
    """The series, after the step that was asked for."""
    action, now = options["action"], timezone.now()
    if action == "propose":
        return recurring.propose(_proposal(options), by=staff(options["by"]), at=now)
    found = Series.objects.select_related("campaign", "audience").filter(pk=options["series"])
    series = found.first()
    if series is None:
        raise CommandError(f"There is no series {options['series']}.")
    if action == "approve":
        by = staff(options["by"])
        return recurring.approve(series, by=by, at=now, override=options["override"])
    return series if action == "show" else STEPS[action](series, by=staff(options["by"]), at=now)


def _proposal(options: dict[str, Any]) -> Proposal:
    names = [name for name in options["weekdays"].lower().split(",") if name]
    if unknown := set(names) - set(WEEK):
        raise CommandError(f"{', '.join(sorted(unknown))}: days are {', '.join(WEEK)}.")
    same = ("item", "audience", "rhythm", "starts", "ends", "most", "month_day", "budget")
    return Proposal(
        **{name: options[name] for name in (*same, "campaign", "holdout")},
        at=options["hour"],
        budget_each=options["each"],
        weekdays=tuple(map(WEEK.index, names)),
        occasion=options["before"],
        days_before=options["days"],
        gateways=tuple(options["gateway"]),
    )


def _told(series: Series) -> dict[str, Any]:
    ended = series.state in (Series.State.STOPPED, Series.State.DONE)
    days = () if ended else islice(recurring.upcoming(series, at=timezone.now()), NEXT)
    return {
        "series": series.pk,
        "state": series.state,
        "next": [rhythm.moment(series, day).isoformat() for day in days],
        "came": [
            {"day": str(one.day), "state": one.state, "reason": one.reason, "blast": one.blast_id}
            for one in series.occurrences.all()
        ],
        "held": budget.held_by(series.pk),
        "budget": series.budget,
        "currency": series.currency,
    }
