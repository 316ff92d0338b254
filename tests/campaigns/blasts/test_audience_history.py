"""Filters by what blasts sent before, and shares drawn by lot."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from analytics.ledger import Exposure, Tier, record
from campaigns.blasts import audiences
from campaigns.models import Audience, Blast, Campaign, Chunk, Delivery, Fate
from people import identity
from people.models import Person
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = 1000


def audience(**filters: object) -> Audience:
    return Audience.objects.create(**{"name": str(filters), "countries": ["KE"], **filters})


def meant(**filters: object) -> int:
    return audiences.turnout(audience(**filters), at=NOW).people


def tokens(**filters: object) -> set[str]:
    """Whom an audience means, by the same condition that plans use."""
    made = audience(**filters)
    wanted = Person.objects.raw(
        f"SELECT p.* FROM people_person p WHERE {audiences.CHOSEN}",
        audiences.values(made, at=NOW),
    )
    return {person.token for person in wanted}


def blast(code: str) -> Blast:
    campaign = Campaign.objects.get_or_create(code=code, defaults={"name": code})[0]
    by = scene.planner()
    return Blast.objects.create(
        campaign=campaign, audience=audience(name=f"of {code}"), item="faq-021", edition="e",
        gateway="sim", countries=["KE"], planned_by=by, planned_at=NOW, expires_at=NOW,
        window_from="08:00", window_to="18:00", budget=1, currency="KES",
    )  # fmt: skip


def sent(index: int, of: Blast, *, state: Fate = Fate.ACCEPTED, days: float = 1) -> None:
    """A message of that blast came to that state so many days ago."""
    chunk = Chunk.objects.create(blast=of, country="KE", language="sw", people=1)
    at = NOW - timedelta(days=days)
    token = scene.token(index)
    Delivery.objects.create(
        blast=of, chunk=chunk, token=token, country="KE", language="sw", state=state, at=at
    )


# --- last reached -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "got"),
    [(state, state in (5, 10, 20, 30, 40, 60)) for state in Fate],
    ids=[state.name for state in Fate],
)
def test_reached_is_what_a_provider_took_and_no_receipt_denied(state, got):
    scene.people(1)
    sent(0, blast("roads"), state=state)

    assert meant(sent_days=7) == int(got)
    assert meant(not_sent_days=7) == int(not got)
    assert meant(had_campaigns=["roads"]) == int(got)
    assert meant(not_had_campaigns=["roads"]) == int(not got)


@pytest.mark.parametrize(("days", "within"), [(6.9, 1), (7.1, 0)])
def test_days_are_counted_back_from_the_moment_asked(days, within):
    scene.people(1)
    sent(0, blast("roads"), days=days)

    assert meant(sent_days=7) == within
    assert meant(not_sent_days=7) == 1 - within


def test_two_spans_of_days_make_a_window():
    scene.people(3)
    one = blast("roads")
    for index, days in enumerate((3, 20, 100)):
        sent(index, one, days=days)

    assert tokens(sent_days=90, not_sent_days=7) == {scene.token(1)}


def test_exposure_in_the_ledger_is_no_message():
    """Somebody who asked about a thing is chosen by no filter: only what blasts sent is looked at."""
    scene.people(1)
    subject = identity.subjects([scene.token(0)], at=NOW)[scene.token(0)]
    asked = Exposure(
        subject=subject, tier=Tier.INTERACTED, indicators=("R1",), campaign="roads", country="KE",
        channel="ussd", item="faq-021", language="sw", network="63902", at=NOW, key=subject,
    )  # fmt: skip
    record([asked])

    assert meant(sent_days=7) == 0
    assert meant(had_campaigns=["roads"]) == 0


# --- campaigns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "indexes"),
    [
        ({"had_campaigns": ["roads"]}, {0, 1}),
        ({"had_campaigns": ["roads", "rights"]}, {0, 1, 2}),
        ({"not_had_campaigns": ["roads"]}, {2, 3}),
        ({"not_had_campaigns": ["roads", "rights"]}, {3}),
        ({"had_campaigns": ["roads"], "not_had_campaigns": ["rights"]}, {0}),
        ({"had_campaigns": ["nothing yet"]}, set()),
        ({"not_had_campaigns": ["nothing yet"]}, {0, 1, 2, 3}),
    ],
    ids=str,
)
def test_people_by_the_campaigns_they_had(filters, indexes):
    scene.people(4)
    roads, rights = blast("roads"), blast("rights")
    sent(0, roads)
    sent(1, roads)
    sent(1, rights)
    sent(2, rights)

    assert tokens(**filters) == {scene.token(index) for index in indexes}


# --- shares -------------------------------------------------------------------------------------------


def test_share_is_about_its_hundredths_and_the_same_each_time():
    scene.people(PEOPLE)

    first = tokens(share_to=20, seed=7)

    assert 150 < len(first) < 250
    assert tokens(share_to=20, seed=7, name="again") == first


def test_slices_of_one_draw_share_nobody_and_make_up_everybody():
    scene.people(PEOPLE)

    sample = tokens(share_to=10, seed=7)
    middle = tokens(share_from=10, share_to=55, seed=7)
    rest = tokens(share_from=55, seed=7)

    assert len(sample) + len(middle) + len(rest) == PEOPLE
    assert len(sample | middle | rest) == PEOPLE


def test_another_draw_is_independent():
    scene.people(PEOPLE)

    both = tokens(share_to=50, seed=1) & tokens(share_to=50, seed=2)

    assert 200 < len(both) < 300


def test_draw_does_not_follow_the_keys():
    """A rotation gives everybody a new token, and moves nobody from a sample into its hold-out."""
    scene.people(PEOPLE)
    before = set(Person.objects.filter(token__in=tokens(share_to=30, seed=7)).values_list("pk"))

    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(token=f"new.{person.token[-20:]}{person.pk}")

    after = Person.objects.filter(token__in=tokens(share_to=30, seed=7, name="then"))
    assert set(after.values_list("pk")) == before


def test_share_outside_a_hundred_cannot_be_stored():
    with pytest.raises(IntegrityError, match="audience_share_of_a_hundred"):
        audience(share_from=40, share_to=40)


def test_filter_that_is_not_set_is_not_even_planned():
    """A freeze without them is the statement it was before there were such filters."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN SELECT 1 FROM people_person p WHERE {audiences.CHOSEN}",
            audiences.values(audience(), at=NOW),
        )
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "country" in plan
    assert [word for word in ("campaigns_", "hash", "mod(", "SubPlan") if word in plan] == []
