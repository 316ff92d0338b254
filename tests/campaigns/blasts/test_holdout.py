"""A hold-out is drawn by lot, recorded, never sent to, and says afterwards what the blast changed."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from analytics import ledger
from campaigns.blasts import erasure, freezing, holdout, planning, retention, sending
from campaigns.blasts.holdout import Effect, Group
from campaigns.models import Blast, Delivery, HeldOut
from people import identity
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
DAYS = timedelta(days=1)


def held(blast: Blast) -> set[str]:
    return set(HeldOut.objects.filter(blast=blast).values_list("token", flat=True))


def meant(blast: Blast) -> set[str]:
    return set(Delivery.objects.filter(blast=blast).values_list("token", flat=True))


def effect(blast: Blast) -> Effect:
    found = holdout.effect(blast, at=timezone.now())
    assert found is not None
    return found


def ended(blast: Blast, *, days: int = 20) -> Blast:
    """As if its sending had begun and ended so long ago."""
    Blast.objects.filter(pk=blast.pk).update(state="done", started_at=timezone.now() - days * DAYS)
    blast.refresh_from_db()
    return blast


def began(blast: Blast) -> datetime:
    assert blast.started_at is not None
    return blast.started_at


def contact(tokens, *, at, channel="ussd", sensitive=False) -> None:
    """These people dial, or write, and read something."""
    subjects = identity.subjects(tokens, at=at)
    ledger.record(
        ledger.Exposure(
            subject=subject,
            tier=ledger.Tier.INTERACTED,
            indicators=("3.3",),
            channel=channel,
            network="63902",
            at=at,
            key=uuid4(),
            sensitive=sensitive,
            campaign="always-on",
            country="KE",
            item="faq-038",
            language="sw",
        )
        for subject in subjects.values()
    )


# --- the lot ------------------------------------------------------------------------------------------


def test_everybody_is_meant_or_held_out_and_the_waterfall_adds_up():
    scene.people(500)
    scene.people(20, first=500, basis=None)

    blast = scene.planned(holdout=20, seed=7)

    out = blast.excluded["hold-out"]
    assert blast.excluded == {"hold-out": out, "no-consent": 20}
    assert (blast.people + out, len(held(blast)), len(meant(blast))) == (500, out, blast.people)
    assert held(blast) & meant(blast) == set()
    assert 70 <= out <= 130


def test_same_lot_draws_the_same_people_and_another_draws_others():
    scene.people(200)

    first, again, other = (scene.planned(holdout=30, seed=seed) for seed in (5, 5, 6))

    assert held(first) == held(again)
    assert held(first) != held(other)


def test_without_a_seed_each_blast_draws_anew():
    scene.people(200)

    assert held(scene.planned(holdout=30)) != held(scene.planned(holdout=30))


def test_nobody_is_held_out_unless_it_is_wished():
    scene.people(100)

    assert (scene.planned().excluded, HeldOut.objects.count()) == ({}, 0)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"holdout": 51}, "Between 0 and 50 per cent"),
        ({"holdout": -1}, "Between 0 and 50 per cent"),
        ({"holdout": 10, "seed": -1}, "A seed is a number from 0"),
    ],
)
def test_wish_that_cannot_be_drawn_is_refused(wish, said):
    with pytest.raises(planning.CannotPlan, match=said):
        scene.planned(**wish)


def test_freeze_taken_up_again_holds_nobody_out_twice(monkeypatch):
    scene.people(100)
    monkeypatch.setattr(freezing, "SLICE", 30)
    blast = planning.draft(scene.wish(holdout=20, seed=3), by=scene.planner(), at=timezone.now())

    freezing.freeze(blast)
    freezing.freeze(blast)

    assert len(held(blast)) == blast.excluded["hold-out"]
    assert len(held(blast)) + len(meant(blast)) == 100


@pytest.mark.django_db(transaction=True)
def test_held_out_get_nothing_even_when_it_is_sent_again(deployment):
    scene.people(60)
    deployment.faults(cut=1.0)
    blast = scene.started(holdout=50, seed=1)
    scene.send(blast)
    deployment.faults()

    again = sending.resend_unsure(blast, by=scene.approver(), at=timezone.now())
    scene.send(blast)

    kept = {scene.number(i) for i in range(60) if scene.token(i) in held(blast)}
    assert (again, len(kept)) == (len(meant(blast)), 60 - len(meant(blast)))
    assert kept & set(scene.sent(deployment)) == set()


# --- forgetting ------------------------------------------------------------------------------------------


def test_who_is_forgotten_leaves_a_count_that_leads_to_nobody():
    scene.people(60)
    blast = scene.planned(holdout=50, seed=1)
    token = min(held(blast))
    before = len(held(blast))

    erasure.forget(token)

    assert (token in held(blast), len(held(blast))) == (False, before)


def test_whose_a_hold_out_was_goes_with_the_deliveries():
    scene.people(60)
    blast = ended(scene.planned(holdout=50, seed=1), days=8 * 365)
    before = len(held(blast))

    retention.purge(at=timezone.now())

    assert [token.startswith("erased:") for token in held(blast)] == [True] * before


# --- what it changed -------------------------------------------------------------------------------------


def test_contacts_of_both_groups_are_compared():
    scene.people(400)
    blast = ended(scene.planned(holdout=50, seed=2))
    then = began(blast) + 3 * DAYS
    contact(sorted(meant(blast))[:60], at=then)
    contact(sorted(held(blast))[:10], at=then, channel="chat")

    found = effect(blast)

    assert (found.meant, found.held) == (
        Group(len(meant(blast)), 60),
        Group(len(held(blast)), 10),
    )
    assert found.difference == 60 / len(meant(blast)) - 10 / len(held(blast))
    assert (found.enough, found.telling, found.complete) == (True, True, True)


@pytest.mark.parametrize(
    ("days", "more"),
    [(-0.1, {}), (14, {}), (3, {"sensitive": True}), (3, {"channel": "sms"})],
    ids=["before the start", "after the days", "sensitive", "only sent"],
)
def test_other_meetings_are_no_contact(days, more):
    scene.people(200)
    blast = ended(scene.planned(holdout=50, seed=2))

    contact(sorted(meant(blast))[:50], at=began(blast) + days * DAYS, **more)

    found = effect(blast)
    assert (found.meant.came, found.telling) == (0, False)


def test_somebody_who_comes_often_is_one_contact():
    scene.people(200)
    blast = ended(scene.planned(holdout=50, seed=2))
    for days in (1, 2, 3):
        contact(sorted(held(blast))[:4], at=began(blast) + days * DAYS)

    assert effect(blast).held.came == 4


def test_too_few_people_say_nothing():
    scene.people(90)
    blast = ended(scene.planned(holdout=50, seed=2))

    found = effect(blast)

    assert (found.enough, found.difference, found.low, found.high) == (False, None, None, None)


def test_before_the_days_are_over_it_says_so():
    scene.people(200)
    blast = ended(scene.planned(holdout=50, seed=2), days=13)

    assert effect(blast).complete is False


@pytest.mark.parametrize("share", [0, 50])
def test_nothing_is_said_without_a_hold_out_or_while_it_runs(share):
    scene.people(10)
    blast = scene.planned(holdout=share, seed=2)

    assert holdout.effect(blast if share else ended(blast), at=timezone.now()) is None


def test_interval_is_that_of_the_published_example():
    """Newcombe 1998, table II, row (a), method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    low, high = holdout.interval(Group(70, 56), Group(80, 48))

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_interval_of_groups_without_contacts_holds_nought():
    low, high = holdout.interval(Group(60, 0), Group(60, 0))

    assert low < 0 < high
