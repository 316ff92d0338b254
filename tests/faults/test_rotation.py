"""Retokening is killed in the middle: what was carried stays, what was not comes with the next run, all of it once."""

import pytest

from campaigns.models import Delivery
from people import consent, identity, rotation
from people.models import Consent, Person, Subject
from tests.campaigns import scene
from tests.faults.field import Worker

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 350


def keys_of(*columns: str) -> set[str]:
    rows = Person.objects.values_list(*columns)
    return {value.partition(".")[0] for row in rows for value in row}


def killed(settings, step: str, times: int) -> None:
    worker = Worker("tests.faults.retoken_worker", str(settings.KEYS_FILE), step, str(times))
    assert worker.process.wait(60) == -9


@pytest.fixture
def rotated(deployment, rotate) -> dict[str, object]:
    """Many people, met and planned for, and then new keys; number -> subject as it was."""
    scene.people(MANY)
    scene.started()
    tokens = [scene.token(index) for index in range(MANY)]
    subjects = identity.subjects(tokens, at=scene.later(0))
    consent.end(scene.number(7), how="word", at=scene.later(0))
    rotate()
    return {scene.number(index): subjects[token] for index, token in enumerate(tokens)}


def test_killed_while_people_are_carried(rotated, settings):
    killed(settings, "people", 3)
    between = Person.objects.filter(token__startswith="t2.").count()

    done = rotation.retoken()

    assert (between, done.people) == (200, MANY - 200)
    assert keys_of("token", "stop_token", "number") == {"t2", "s2", "e2"}


def test_killed_while_seals_are_made_anew(rotated, settings):
    killed(settings, "seals", 2)
    between = Person.objects.filter(number__startswith="e2.").count()

    done = rotation.retoken()

    assert (between, done.people, done.seals) == (100, 0, MANY - 100)
    assert keys_of("token", "stop_token", "number") == {"t2", "s2", "e2"}


def test_killed_again_and_again_everybody_is_who_they_were(rotated, settings):
    for times in (1, 2):
        killed(settings, "people", times)

    rotation.retoken()

    now = dict(Subject.objects.values_list("token", "subject"))
    assert {scene.number(n): now[scene.token(n)] for n in range(MANY)} == rotated
    planned = set(Delivery.objects.values_list("token", flat=True))
    assert planned == {scene.token(n) for n in range(MANY)}
    assert consent.sendable().count() == MANY - 1
    assert (Consent.objects.count(), rotation.left()) == (1, {})
