"""What may leave of a blast: once, late, and no number below ten."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.blasts import finals, tallies
from campaigns.blasts.finals import OUTCOMES, Cost
from campaigns.blasts.tallies import Group
from campaigns.models import Blast, BlastText, Campaign, Chunk, Fate, Tally
from tests.campaigns import scene
from tests.campaigns.scene import tallied
from tests.people.made import NOON

ZEROS = dict.fromkeys(OUTCOMES)


def group(state, people):
    return Group(int(state), "sim", "KE", "en", "63902", "", False, people)


def told(**people):
    """By outcome, with the first of its fates."""
    groups = [group(OUTCOMES[word][0], n) for word, n in people.items()]
    return finals.told(groups, at=NOON)


def test_every_fate_has_one_outcome():
    assert set(finals.OUTCOME) == set(Fate)
    assert sum(map(len, OUTCOMES.values())) == len(Fate)


def test_large_numbers_are_told():
    assert told(delivered=900, failed=100) == (1000, {**ZEROS, "delivered": 900, "failed": 100})


def test_fates_of_one_outcome_are_added_up():
    groups = [group(Fate.ABSENT, 6), group(Fate.FAILED, 7), group(Fate.DELIVERED, 20)]

    assert finals.told(groups, at=NOON) == (33, {**ZEROS, "delivered": 20, "failed": 13})


def test_small_number_takes_another_with_it():
    """Or the people less all others would be it."""
    assert told(delivered=900, accepted=80, unsure=3) == (983, {**ZEROS, "delivered": 900})


def test_few_people_are_not_told_at_all():
    assert told(delivered=7, unsure=1) == (None, ZEROS)


def test_nobody_is_not_told_from_few():
    assert told() == (None, ZEROS)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({word: st.integers(0, 40) for word in OUTCOMES}))
def test_no_small_number_can_be_worked_out(counts):
    people, shown = told(**counts)
    visible = [n for n in (people, *shown.values()) if n is not None]

    assert [n for n in visible if n < 10] == []
    if people is not None:
        hidden = [counts[word] for word, n in shown.items() if n is None]
        small = [n for n in hidden if 0 < n < 10]
        rest = people - sum(n for n in shown.values() if n is not None)
        assert sum(hidden) == rest
        # what is left can be shared out otherwise: with any one of them at 1, and at 9
        assert not small or (len(hidden) > 1 and rest >= 9)


# --- of a blast -------------------------------------------------------------------------------------


@pytest.fixture
def blast(deployment):
    """Over for long, its last count kept: 40 delivered, 12 failed."""
    scene.people(3)
    made = scene.planned()
    begun = timezone.now() - timedelta(days=30)
    Blast.objects.filter(pk=made.pk).update(
        state=Blast.State.DONE, started_at=begun, expires_at=begun + timedelta(days=1)
    )
    tallied(made, (Fate.DELIVERED, 40), (Fate.FAILED, 12))
    return made


def totals(blast, *, at=None):
    (found,) = finals.read([blast.pk])
    return finals.totals(found, at=at or timezone.now())


@pytest.mark.django_db
def test_totals_are_the_last_count(blast):
    found = totals(blast)

    assert (found.people, found.counted_at) == (52, NOON)
    assert found.outcomes == {**ZEROS, "delivered": 40, "failed": 12}
    assert "40" not in repr(found)


@pytest.mark.django_db
def test_nothing_leaves_while_anything_may_still_come(blast):
    (found,) = finals.read([blast.pk])
    due = finals.due(found)

    assert due == found.expires_at + tallies.LAST
    assert totals(blast, at=due - timedelta(seconds=1)) is None
    assert totals(blast, at=due) is not None


@pytest.mark.django_db
def test_blast_that_was_never_counted_has_no_totals(blast):
    Tally.objects.all().delete()

    assert totals(blast) is None


@pytest.mark.django_db
def test_cost_is_rounded_to_what_ten_messages_cost(blast):
    Chunk.objects.filter(blast=blast).delete()
    BlastText.objects.filter(blast=blast).update(most=1, per_part=Decimal("0.8"))
    Chunk.objects.create(blast=blast, country="KE", language="en", people=52, cost="41.6")

    assert totals(blast).cost == Cost(Decimal(40), Decimal(10), "KES")


@pytest.mark.django_db
def test_cost_of_few_people_is_not_told(blast):
    tallied(blast, (Fate.DELIVERED, 4))

    assert (totals(blast).people, totals(blast).cost) == (None, None)


@pytest.mark.django_db
def test_what_protects_is_not_named(blast):
    (plain,) = finals.read([blast.pk])
    Campaign.objects.update(protection=True)
    (protected,) = finals.read([blast.pk])

    assert (finals.discreet(plain), finals.discreet(protected)) == (False, True)


@pytest.mark.django_db
def test_only_started_blasts_of_the_own_countries_are_there(blast):
    assert [list(finals.begun(own)) for own in (["KE"], ["UG"], [])] == [[blast], [], []]
    Blast.objects.update(started_at=None)
    assert list(finals.begun(["KE"])) == []


@pytest.mark.django_db
def test_statements_do_not_grow_with_the_blasts(blast, django_assert_num_queries):
    others = [scene.planned() for _each in range(3)]

    with django_assert_num_queries(3):
        found = finals.read([blast.pk, *(one.pk for one in others)])
        assert [finals.totals(one, at=timezone.now()) is None for one in found] == [
            False,
            True,
            True,
            True,
        ]
