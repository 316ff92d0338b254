"""`manage.py blast`: plan, approve, run and watch a blast from the shell."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.blasts import (
    approval,
    brake,
    holdout,
    permits,
    planning,
    reports,
    routes,
    sending,
    tallies,
)
from campaigns.blasts.audiences import NoAudience
from campaigns.blasts.budget import NoMoney
from campaigns.management.arguments import amount, staff
from campaigns.models.blasts import ALWAYS_ON, Blast
from people.models import Staff

PROBLEMS = (
    permits.Refused,
    planning.CannotPlan,
    routes.NoRoute,
    NoAudience,
    NoMoney,
)
MOST_HOURS = 24 * 366
Step = Callable[[Blast, Staff, datetime, str], Any]


STEPS: dict[str, tuple[str, Step]] = {
    "approve": (
        "take responsibility as a second person",
        lambda blast, by, at, why: approval.approve(blast, by=by, at=at, override=why),
    ),
    "start": (
        "begin sending; workers take it up within seconds",
        lambda blast, by, at, _why: approval.start(blast, by=by, at=at),
    ),
    "pause": (
        "let no further request leave",
        lambda blast, by, at, _why: approval.pause(blast, by=by, at=at),
    ),
    "resume": ("go on", lambda blast, by, at, _why: approval.resume(blast, by=by, at=at)),
    "stop": (
        "end it for good; whoever was not written to is left out",
        lambda blast, by, at, _why: approval.stop(blast, by=by, at=at),
    ),
    "resend": (
        "send again to everybody of unknown fate, on purpose",
        lambda blast, by, at, _why: sending.resend_unsure(blast, by=by, at=at),
    ),
}


class Command(BaseCommand):
    help = "Plan, approve, start, pause, resume, stop and report blasts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        self._add_plan(actions.add_parser("plan", help="freeze an audience and say what it costs"))
        for name, (words, _step) in STEPS.items():
            step = actions.add_parser(name, help=words)
            step.add_argument("blast", type=int)
            step.add_argument("--by", required=True, help="your staff name")
            step.add_argument("--json", action="store_true")
            if name == "approve":
                step.add_argument(
                    "--override", default="", help="why it goes out although it only frightens"
                )
        self._add_brake(actions.add_parser("stop-all", help="end every blast of a scope for good"))
        report = actions.add_parser("report", help="how it stands: states, cost, unsure")
        report.add_argument("blast", type=int)
        report.add_argument("--json", action="store_true")

    def _add_brake(self, brake: ArgumentParser) -> None:
        brake.add_argument("--country", default="", help="every blast into this country (KE)")
        brake.add_argument("--campaign", default="", help="every blast of this campaign's code")
        brake.add_argument("--by", required=True, help="your staff name")
        brake.add_argument("--json", action="store_true")

    def _add_plan(self, plan: ArgumentParser) -> None:
        plan.add_argument("--item", required=True, help="the content item, such as faq-006")
        plan.add_argument(
            "--audience",
            required=True,
            help="a saved audience's name; a country code (KE) or all is made at first use",
        )
        plan.add_argument(
            "--budget", required=True, help="the most it may cost: 5000 or 'KES 5000'"
        )
        plan.add_argument("--by", required=True, help="your staff name")
        plan.add_argument("--campaign", default=ALWAYS_ON, help="a campaign's code")
        plan.add_argument(
            "--gateway",
            action="append",
            default=[],
            help="several: the first is preferred, the next to fall back on; default: the first of the file",
        )
        plan.add_argument(
            "--cap", type=int, help="messages a person; default: the campaign's limit"
        )
        plan.add_argument(
            "--rate", type=int, help="numbers a second; default: as fast as the gateways take them"
        )
        plan.add_argument(
            "--holdout", type=int, default=0, help="per cent left out by lot, to measure the effect"
        )
        plan.add_argument("--seed", type=int, help="the lot; the same draws the same people")
        plan.add_argument("--at", type=_moment, help="start by itself then, once approved (ISO)")
        plan.add_argument(
            "--window",
            type=_window,
            help="hours of sending where the people live; default 08:00-18:00, on a simulated network all day",
        )
        plan.add_argument("--life", type=_hours, default=planning.LIFE, help="hours, default 72")
        plan.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            answer = self._answer(options)
        except PROBLEMS as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(answer, default=float, ensure_ascii=False))
            return
        for name, value in answer.items():
            self.stdout.write(f"{name:12} {value}")

    def _answer(self, options: dict[str, Any]) -> dict[str, Any]:
        action = options["action"]
        if action == "plan":
            return _plan(options)
        if action == "stop-all":
            return _stop_all(options)
        blast = _blast(options["blast"])
        if action == "report":
            return _report(blast)
        by, why = staff(options["by"]), options.get("override", "")
        done = STEPS[action][1](blast, by, timezone.now(), why)
        blast.refresh_from_db()
        told = {"people": done} if action == "resend" else {}
        return {"blast": blast.pk, "state": blast.state, **told}


def _plan(options: dict[str, Any]) -> dict[str, Any]:
    by = staff(options["by"])
    currency, budget = _money(options["budget"])
    wish = planning.Wish(
        item=options["item"],
        audience=options["audience"],
        budget=budget,
        currency=currency,
        campaign=options["campaign"],
        gateways=tuple(options["gateway"]),
        cap=options["cap"],
        rate=options["rate"],
        holdout=options["holdout"],
        seed=options["seed"],
        due_at=options["at"],
        window=options["window"],
        life=options["life"],
    )
    made = planning.plan(wish, by=by, at=timezone.now())
    if not made.people:
        raise CommandError(_dropped(made, by))
    return asdict(made)


def _dropped(made: planning.Plan, by: Staff) -> str:
    """A plan that nobody would get ends at once; why nobody would."""
    approval.stop(Blast.objects.get(pk=made.blast), by=by, at=timezone.now())
    left_out = ", ".join(f"{reason} {people}" for reason, people in sorted(made.excluded.items()))
    why = f"{made.chosen} chosen, left out: {left_out}" if made.chosen else "the audience is empty"
    return f"Nobody would get it ({why}): the plan was dropped as blast {made.blast}."


def _report(blast: Blast) -> dict[str, Any]:
    effect = holdout.effect(blast, at=timezone.now())
    told = asdict(reports.report(blast, tallies.count_fates(blast, at=timezone.now())))
    if effect is None:
        return told
    days = {"since": effect.since.isoformat(), "until": effect.until.isoformat()}
    return {**told, "holdout": asdict(effect) | days}


def _stop_all(options: dict[str, Any]) -> dict[str, Any]:
    stopped = brake.stop_all(
        by=staff(options["by"]),
        at=timezone.now(),
        country=options["country"],
        campaign=options["campaign"],
    )
    return {"stopped": list(stopped.blasts), "not_yours": list(stopped.others)}


def _blast(number: int) -> Blast:
    found = Blast.objects.select_related("campaign", "audience").filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no blast {number}.")
    return found


def _money(text: str) -> tuple[str, Decimal]:
    """ "5000" or "KES 5000"."""
    currency, _, number = text.strip().rpartition(" ")
    try:
        return currency.strip().upper(), amount(number)
    except ValueError:
        raise CommandError(f"{text!r} is no budget.") from None


def _moment(text: str) -> datetime:
    """Raises ValueError, also for what lies further ahead than any blast lives."""
    moment = datetime.fromisoformat(text)
    found = moment if moment.tzinfo else timezone.make_aware(moment)
    if found - timezone.now() > timedelta(hours=MOST_HOURS):
        raise ValueError(text)
    return found


def _window(text: str) -> tuple[time, time]:
    """Raises ValueError, also for hours of one zone: they go by the clock where people live."""
    first, _, last = text.partition("-")
    found = time.fromisoformat(first), time.fromisoformat(last)
    if any(hour.tzinfo for hour in found):
        raise ValueError(text)
    return found


def _hours(text: str) -> timedelta:
    """Raises ValueError, which the parser turns into words."""
    hours = float(text)
    if not 0 < hours <= MOST_HOURS:
        raise ValueError(text)
    return timedelta(hours=hours)
