from datetime import timedelta

import pytest

from people import consent, identity, retention
from people.models import (
    ImportRun,
    PageSession,
    Person,
    Reveal,
    Staff,
    Subject,
    Suppression,
)
from tests.people.made import NOON, number, person, stop_token

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
DAY = timedelta(days=1)


def test_purge_removes_a_number_a_year_after_the_list():
    person()

    assert retention.purge(at=NOON + YEAR)["people"] == 0
    assert retention.purge(at=NOON + YEAR + DAY)["people"] == 1


def test_purge_keeps_a_number_met_since():
    known = person()
    identity.subjects([known.token], at=NOON + 30 * DAY)

    assert retention.purge(at=NOON + YEAR + DAY)["people"] == 0
    assert Person.objects.count() == 1


def test_purge_takes_many_in_portions(monkeypatch):
    monkeypatch.setattr(retention, "SLICE", 2)
    for index in range(5):
        person(index)

    assert retention.purge(at=NOON + YEAR + DAY)["people"] == 5


def test_purge_keeps_the_bridge_for_the_audit_window():
    identity.subjects(["t1.a"], at=NOON)

    assert retention.purge(at=NOON + 6 * YEAR)["subjects"] == 0
    assert retention.purge(at=NOON + 7 * YEAR + DAY)["subjects"] == 1
    assert Subject.objects.count() == 0


def test_purge_empties_line_numbers_but_keeps_the_counts():
    ImportRun.objects.create(
        country="KE",
        basis="consent-form",
        evidence="form",
        started_at=NOON,
        added=3,
        problems=[[2, "empty"]],
    )

    assert retention.purge(at=NOON + 91 * DAY)["import problems"] == 1
    assert ImportRun.objects.values_list("added", "problems").get() == (3, [])


def test_purge_never_touches_a_standing_suppression():
    consent.end(number(1), how="word", at=NOON)
    consent.end(number(2), how="word", at=NOON)
    consent.lift([stop_token(2)], "all", at=NOON + DAY)

    assert retention.purge(at=NOON + 20 * YEAR)["lifted suppressions"] == 1
    assert Suppression.objects.get().token == stop_token(1)


def test_purge_removes_old_reveals():
    Reveal.objects.create(
        token="t1.a", by=Staff.objects.create(username="amina"), reason="call back", at=NOON
    )

    assert retention.purge(at=NOON + 3 * YEAR)["reveals"] == 1


def test_purge_takes_an_operators_own_periods():
    person()

    short = [retention.Rule("people", DAY, retention.RULES[0].purge)]

    assert retention.purge(at=NOON + 2 * DAY, rules=short) == {"people": 1}


def test_purge_removes_sessions_that_have_ended():
    for key, until in (("over", NOON - DAY), ("alive", NOON + DAY)):
        PageSession.objects.create(
            session_key=key, session_data="", expire_date=until, began_at=NOON, seen_at=NOON
        )

    retention.purge(at=NOON)

    assert list(PageSession.objects.values_list("session_key", flat=True)) == ["alive"]
