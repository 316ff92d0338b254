"""S8: bands and never a date of birth; under 18: information yes, no profile, no campaign, counted in an aggregate."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import DateField, DateTimeField
from django.utils import timezone

from analytics.models import Exposure
from campaigns.blasts import audiences, planning
from campaigns.editions.edition import Edition, make
from campaigns.editions.screens import Asking
from campaigns.models import Delivery
from people import consent, importing
from people.importing import Order
from people.lists import age_band
from people.models import AgeBand, Person, Subject
from tests.campaigns import scene
from tests.people.made import NOON, number, person, write
from tests.published import demonstration
from tests.safeguarding.site import build, close

ANSWER = ("1", "4", "1")  # an answer that is not sensitive
BIRTH = ("birth", "born", "dob", "geboren")


def test_no_table_has_a_date_of_birth():
    dates = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, DateField | DateTimeField)
    ]

    assert [name for name in dates if any(word in name.casefold() for word in BIRTH)] == []
    assert AgeBand.values == [
        "under-18",
        "18-24",
        "25-34",
        "35-49",
        "50+",
        "undisclosed",
        "unknown",
    ]


@pytest.mark.parametrize("cell", ["17", "under 18", "<18", "12-17", "16-20", "child", "mtoto"])
def test_whoever_may_be_under_18_counts_as_under_18(cell):
    assert age_band(cell) is AgeBand.UNDER_18


@pytest.mark.django_db
def test_list_makes_no_row_of_a_child(tmp_path, settings):
    settings.DATA = tmp_path
    file = write(tmp_path, f"phone,age\n{number(1)},16\n{number(2)},30\n")

    run = importing.import_list(file, Order("KE", "consent-form", "forms 1 to 2"), at=NOON)

    assert (run.added, run.refused, Person.objects.count()) == (1, {"under-18": 1}, 1)


@pytest.mark.django_db
def test_child_is_absent_from_every_audience(deployment):
    scene.people(1)
    scene.people(1, first=1, age_band=AgeBand.UNDER_18)

    blast = scene.planned()

    assert (blast.people, blast.excluded) == (1, {"under-18": 1})
    assert list(Delivery.objects.values_list("token", flat=True)) == [scene.token(0)]
    turnout = audiences.turnout(audiences.named("KE"), at=timezone.now())
    assert (turnout.people, turnout.left_out) == (1, {"under-18": 1})


@pytest.mark.django_db
def test_child_in_an_explicit_audience_is_left_out_too(deployment):
    scene.people(1, age_band=AgeBand.UNDER_18)
    chosen = audiences.named("KE")
    chosen.age_bands = [AgeBand.UNDER_18]
    chosen.save()

    plan = planning.plan(scene.wish(), by=scene.planner(), at=timezone.now())

    assert (plan.people, plan.excluded) == (0, {"under-18": 1})


def asking_everybody(country: str) -> Edition:
    """The demonstration edition as it is where a country has switched the question of the age on."""
    plain = demonstration()
    return make(
        kind=plain.kind,
        made_at=plain.made_at + timedelta(minutes=1),
        items=plain.items.values(),
        menus=plain.menus.values(),
        lists=plain.lists,
        phrasings=plain.phrasings,
        words=plain.words,
        numbers=plain.numbers,
        figures=plain.figures,
        languages=plain.languages,
        orders=plain.orders,
        asking={country: Asking(1, ("age_band",))},
    )


def test_child_on_the_phone_is_shown_whom_children_call_and_leaves_no_row(
    transactional_db, deployment
):
    """The country asks for the age; the caller says under 18, reads on, and is counted in an aggregate alone."""
    site = build(asking_everybody("KE"))
    try:
        first = site.call(session="languages").splitlines()
        english = next(line[0] for line in first if line.endswith("English"))
        screen = site.call(english, *ANSWER, "00", "1")
        site.fold()
    finally:
        close(site)

    assert "Children can call: 0000 121" in screen
    assert (Subject.objects.count(), Person.objects.count()) == (0, 0)
    assert set(Exposure.objects.values_list("age_band", flat=True)) == {"under-18"}


def test_child_who_asks_for_messages_is_told_apart_before(db, deployment):
    """Somebody a list had taken in says on the phone that they are under 18: the row goes."""
    known = person(1)

    consent.drop_minors([known.token])

    assert Person.objects.count() == 0
