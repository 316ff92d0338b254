"""`manage.py blast` and `hooks` as the shell meets them."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.blasts import routes, settling
from campaigns.models import Blast
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("deployment")]


def run(*words: object) -> Any:
    out = StringIO()
    call_command(*(str(word) for word in words), "--json", stdout=out)
    return json.loads(out.getvalue())


def plan(*more: object, by: str = "amina") -> Any:
    scene.planner()
    words = (
        "--item",
        editions.SAFE,
        "--audience",
        "KE",
        "--budget",
        "100",
        "--window",
        "00:00-23:59:59.999999",
    )
    return run("blast", "plan", *words, "--by", by, *more)


def test_plan_says_people_reasons_parts_and_cost():
    scene.people(5)
    scene.people(2, first=5, basis=None)

    told = plan()

    number = Blast.objects.get().pk
    assert told == {
        "blast": number,
        "people": 5,
        "excluded": {"no-consent": 2},
        "parts": 5,
        "cost": 4.0,
        "currency": "KES",
        "minutes": 1,
        "hours": "00:00-23:59",
        "chosen": 7,
    }


@pytest.mark.parametrize(
    ("people", "why"),
    [(0, "the audience is empty"), (2, "2 chosen, left out: no-consent 2")],
)
def test_plan_that_nobody_would_get_is_refused(people, why):
    scene.people(people, basis=None)

    with pytest.raises(CommandError, match=f"Nobody would get it .{why}.: the plan was dropped"):
        plan()

    assert Blast.objects.get().state == "stopped"


def test_whole_life_of_a_blast_from_the_shell():
    scene.people(5)
    scene.approver()
    number = plan()["blast"]

    assert run("blast", "approve", number, "--by", "berhane") == {
        "blast": number,
        "state": "approved",
    }
    assert run("blast", "start", number, "--by", "amina")["state"] == "running"
    assert run("blast", "pause", number, "--by", "amina")["state"] == "paused"
    assert run("blast", "resume", number, "--by", "amina")["state"] == "running"
    scene.send(Blast.objects.get())

    assert run("blast", "report", number) == {
        "state": "done",
        "deliveries": {"accepted": 5},
        "networks": {"": {"accepted": 5}},
        "reasons": {},
        "cost": 4.0,
        "held": 0.0,
        "untold": 0.0,
        "currency": "KES",
        "unsure": 0,
        "override": "",
    }


def test_report_names_unsure_and_holds_their_money(deployment):
    deployment.faults(cut=1.0)
    scene.people(3)
    scene.send(scene.started())

    told = run("blast", "report", Blast.objects.get().pk)

    assert told["deliveries"] == {"unsure": 3}
    assert told["reasons"] == {"unsure": {"no-answer": 3}}
    assert (told["unsure"], told["cost"], told["held"]) == (3, 0.0, 2.4)


def test_stop_from_the_shell():
    scene.people(2)
    blast = scene.started()

    assert run("blast", "stop", blast.pk, "--by", "amina")["state"] == "stopped"
    settling.tend()

    assert run("blast", "report", blast.pk)["deliveries"] == {"excluded": 2}


def test_resend_from_the_shell(deployment):
    deployment.faults(cut=1.0, times=1)
    scene.people(3)
    blast = scene.started()
    scene.send(blast)

    told = run("blast", "resend", blast.pk, "--by", "berhane")

    assert told == {"blast": blast.pk, "state": "running", "people": 3}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("approve", "--by", "amina"), "amina lacks the permission"),
        (("approve", "--by", "nobody"), "no active staff member 'nobody'"),
        (("start", "--by", "amina"), "is planned: it cannot become running"),
    ],
    ids=["no permission", "nobody", "not approved"],
)
def test_step_that_is_not_allowed_ends_with_its_reason(words, reason):
    scene.people(1)
    number = plan()["blast"]
    action, *rest = words

    with pytest.raises(CommandError, match=reason):
        run("blast", action, number, *rest)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--budget", "EUR 5"), "The budget is in EUR"),
        (("--budget", "much"), "'much' is no budget"),
        (("--budget", "-1"), "'-1' is no budget"),
        (("--budget", "1e30"), "'1e30' is no budget"),
        (("--life", "inf"), "--life"),
        (("--life", "1e300"), "--life"),
        (("--life=-5",), "--life"),
        (("--item", "faq-999"), "no item “faq-999”"),
        (("--audience", "Nairobi"), "no audience “Nairobi”"),
        (("--gateway", "other"), "no gateway “other”"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_plan_that_makes_no_sense_ends_with_its_reason(more, reason):
    with pytest.raises(CommandError, match=reason):
        plan(*more)


def test_blast_that_is_not_there():
    with pytest.raises(CommandError, match="no blast 77"):
        run("blast", "report", 77)


def test_without_json_it_is_readable():
    scene.people(1)
    out = StringIO()

    number = plan()["blast"]
    call_command("blast", "report", str(number), stdout=out)

    assert out.getvalue().splitlines()[0].split() == ["state", "planned"]


def test_hooks_lists_each_kind_of_each_gateway_with_its_secret():
    told = run("hooks")

    gateway = routes.gateway()
    assert [(row["gateway"], row["kind"], row["url"]) for row in told] == [
        ("sim", kind, f"/hooks/sim/{gateway.secret}/{kind}")
        for kind in ("ussd", "ussd-end", "receipt", "sms", "opt-out", "ask")
    ]


def test_hooks_without_json_is_a_table():
    out = StringIO()

    call_command("hooks", stdout=out)

    assert len(out.getvalue().splitlines()) == 6


def test_fear_alone_needs_a_reason_in_the_shell_too():
    scene.people(1)
    scene.approver()
    number = plan("--item", editions.DANGER)["blast"]
    why = "Boats leave tonight, the sea is rough."

    with pytest.raises(CommandError, match="It only frightens"):
        run("blast", "approve", number, "--by", "berhane")
    told = run("blast", "approve", number, "--by", "berhane", "--override", why)

    assert told == {"blast": number, "state": "approved"}
    assert run("blast", "report", number)["override"] == why


def test_second_approval_does_nothing_and_says_so():
    scene.people(1)
    scene.approver()
    number = plan()["blast"]
    run("blast", "approve", number, "--by", "berhane")

    with pytest.raises(CommandError, match=f"Blast {number} is approved already: nothing was done"):
        run("blast", "approve", number, "--by", "berhane")
    assert Blast.objects.get().notices.count() == 1


def test_plan_takes_several_gateways_the_first_preferred(second):
    scene.people(1, network=scene.SAFARICOM)

    plan("--gateway", "other", "--gateway", "sim", "--cap", "1")

    blast = Blast.objects.get()
    assert (blast.gateway, blast.sender, blast.routes, blast.cap) == (
        "other",
        "NJIA2",
        ["other", "sim"],
        1,
    )


def test_hold_out_is_planned_and_reported():
    scene.people(300)
    told = plan("--holdout", "50", "--seed", "2", "--budget", "500")
    out = told["excluded"]["hold-out"]
    began = timezone.now() - timedelta(days=20)
    Blast.objects.update(state="done", started_at=began)

    effect = run("blast", "report", told["blast"])["holdout"]

    assert (effect["meant"], effect["held"]) == (
        {"people": 300 - out, "came": 0},
        {"people": out, "came": 0},
    )
    assert (effect["difference"], effect["complete"]) == (0.0, True)
