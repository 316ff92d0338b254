"""`manage.py series` as the shell meets it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Series
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
WORDS = ("--item", editions.SAFE, "--audience", "KE", "--hour", "09:00", "--starts", "2030-03-01")
MONEY = ("--each", "100", "--budget", "1000")


def run(*words: object) -> Any:
    out = StringIO()
    call_command("series", *(str(word) for word in words), "--json", stdout=out)
    return json.loads(out.getvalue())


def propose(*more: str) -> Any:
    scene.planner()
    scene.approver()
    return run("propose", *WORDS, *MONEY, "--by", "amina", *(more or ("--rhythm", "daily")))


def test_proposal_says_its_next_days_and_money():
    told = propose("--rhythm", "weekly", "--weekdays", "mon,thu", "--most", "9")

    assert told["next"][:2] == ["2030-03-04T09:00:00+03:00", "2030-03-07T09:00:00+03:00"]
    assert (told["state"], told["came"], told["held"], told["budget"], told["currency"]) == (
        "proposed",
        [],
        0.0,
        1000.0,
        "KES",
    )


def test_whole_life_from_the_shell():
    number = propose()["series"]
    steps = [("approve", "berhane"), ("pause", "amina"), ("resume", "amina"), ("stop", "berhane")]

    told = [run(step, number, "--by", who)["state"] for step, who in steps]

    assert told == ["approved", "paused", "approved", "stopped"]
    assert (run("show", number)["next"], Series.objects.get().state) == ([], "stopped")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("approve", "1000000", "--by", "berhane"), "There is no series 1000000"),
        (
            ("propose", *WORDS, *MONEY, "--by", "nobody", "--rhythm", "daily"),
            "no active staff member",
        ),
        (
            ("propose", *WORDS, *MONEY, "--by", "amina", "--rhythm", "weekly", "--weekdays", "xx"),
            "xx: days are mon",
        ),
        (("propose", *WORDS, *MONEY, "--by", "amina", "--rhythm", "monthly"), "day of the month"),
        (
            ("propose", *WORDS, "--each", "-1", "--budget", "1", "--by", "a", "--rhythm", "once"),
            "--each",
        ),
    ],
)
def test_what_cannot_be_is_said(words, said):
    scene.planner()

    with pytest.raises(CommandError, match=said):
        run(*words)
