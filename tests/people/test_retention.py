"""What is over its time goes, what is not stays, and both are on record."""

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import OperationalError

from bot import retention as bot
from campaigns.blasts import retention as blasts
from campaigns.replies import outbox
from campaigns.replies import retention as replies
from journal.models import Entry
from people import carrying, consent, erasure, identity, retention, uploaded
from people.keeping import KINDS
from people.models import (
    Consent,
    Erasure,
    ImportRun,
    PageSession,
    Person,
    PurgeRun,
    Reveal,
    Staff,
    Subject,
    Suppression,
)
from tests.people.made import NOON, number, person, stop_token
from ussd import retention as ussd

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


def agreed_until(day: date) -> Consent:
    return Consent.objects.create(
        basis="consent-form", evidence="forms", given_at=NOON, ends_on=day
    )


def test_purge_removes_who_agreed_to_one_campaign_a_month_after_it():
    person(1, basis=agreed_until(NOON.date()))

    assert retention.purge(at=NOON + 30 * DAY)["after-campaign"] == 0
    assert retention.purge(at=NOON + 31 * DAY)["after-campaign"] == 1
    assert Person.objects.count() == 0


def test_purge_keeps_who_agreed_to_more_since():
    known = person(1, basis=agreed_until(NOON.date()))
    person(1)  # START

    assert retention.purge(at=NOON + 31 * DAY)["after-campaign"] == 0
    assert Person.objects.get() == known


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


def test_subject_that_is_purged_takes_its_tokens_of_before_a_rotation_along():
    identity.subjects(["t1.a"], at=NOON)
    carrying.carry([("t0.a", "t1.a"), ("t0.b", "t1.b")])

    retention.purge(at=NOON + 7 * YEAR + DAY)

    assert carrying.successors(["t0.a", "t0.b"]) == {"t0.b": "t1.b"}


def test_purge_empties_line_numbers_but_keeps_the_counts():
    ImportRun.objects.create(
        country="KE",
        basis="consent-form",
        evidence="form",
        started_at=NOON,
        added=3,
        problems=[[2, "empty"]],
    )

    assert retention.purge(at=NOON + 91 * DAY)["problems"] == 1
    assert ImportRun.objects.values_list("added", "problems").get() == (3, [])


def test_purge_never_touches_a_standing_suppression():
    consent.end(number(1), how="word", at=NOON)
    consent.end(number(2), how="word", at=NOON)
    consent.lift([stop_token(2)], "all", at=NOON + DAY)

    assert retention.purge(at=NOON + 20 * YEAR)["lifted"] == 1
    assert Suppression.objects.get().token == stop_token(1)


def test_purge_removes_old_reveals():
    Reveal.objects.create(
        token="t1.a", by=Staff.objects.create(username="amina"), reason="call back", at=NOON
    )

    assert retention.purge(at=NOON + 3 * YEAR)["reveals"] == 1


def test_purge_takes_an_operators_own_periods(settings):
    settings.KEEP = settings.KEEP | {"numbers": DAY}
    person()

    assert retention.purge(at=NOON + 2 * DAY)["people"] == 1


def test_purge_removes_sessions_that_have_ended():
    for key, until in (("over", NOON - DAY), ("alive", NOON + DAY)):
        PageSession.objects.create(
            session_key=key, session_data="", expire_date=until, began_at=NOON, seen_at=NOON
        )

    retention.purge(at=NOON)

    assert list(PageSession.objects.values_list("session_key", flat=True)) == ["alive"]


def test_purge_buries_a_consent_whose_number_is_gone():
    """Two years after it was given: the proof stays, nobody is named."""
    Consent.objects.create(token="t1.gone", basis="sms-optin", evidence="START", given_at=NOON)
    Consent.objects.create(token="", basis="consent-form", evidence="forms", given_at=NOON)

    assert retention.purge(at=NOON + 2 * YEAR)["consents"] == 0
    assert retention.purge(at=NOON + 2 * YEAR + DAY)["consents"] == 1
    assert sorted(token[:7] for token in Consent.objects.values_list("token", flat=True)) == [
        "",
        "erased:",
    ]
    assert retention.purge(at=NOON + 3 * YEAR)["consents"] == 0


def test_purge_keeps_the_consent_of_a_number_still_held():
    identity.subjects([person().token], at=NOON + 2 * YEAR)

    assert retention.purge(at=NOON + 2 * YEAR + DAY)["consents"] == 0


def test_purge_removes_failed_sign_ins_after_a_month():
    AccessAttempt.objects.create(username="amina", failures_since_start=1)
    tried = AccessAttempt.objects.get().attempt_time

    assert retention.purge(at=tried + 30 * DAY)["sign-ins"] == 0
    assert retention.purge(at=tried + 31 * DAY)["sign-ins"] == 1


def test_purge_removes_the_log_of_the_administration_after_two_years():
    amina = Staff.objects.create(username="amina")
    LogEntry.objects.create(user=amina, object_repr="S1", action_flag=CHANGE, action_time=NOON)

    assert retention.purge(at=NOON + 2 * YEAR)["changes"] == 0
    assert retention.purge(at=NOON + 2 * YEAR + DAY)["changes"] == 1
    assert LogEntry.objects.count() == 0


def test_purge_removes_folded_lines_after_a_week():
    Entry.objects.create(kind="gap", line="{}", stored_at=NOON)

    assert retention.purge(at=NOON + 7 * DAY)["journal"] == 0
    assert retention.purge(at=NOON + 8 * DAY)["journal"] == 1


def test_purge_follows_a_wish_before_it_forgets_it():
    """The product was down when the wish's hour came."""
    erasure.forget("t1.anna")
    wished = Erasure.objects.get().at
    identity.subjects(["t1.anna"], at=wished - DAY)

    assert retention.purge(at=wished + 9 * DAY)["wishes"] == 0  # `follow` ended it
    assert (Subject.objects.count(), Erasure.objects.count()) == (0, 0)


# --- what was purged when ------------------------------------------------------------------------------


def test_purge_is_noted_once_a_rule_and_day():
    person(1)

    retention.purge(at=NOON + 366 * DAY)
    person(2)
    retention.purge(at=NOON + 366 * DAY + timedelta(hours=6))

    run = PurgeRun.objects.get(rule="people")
    assert (run.rows, run.at) == (2, NOON + 366 * DAY + timedelta(hours=6))
    assert PurgeRun.objects.count() == len(retention.RULES)


def test_days_are_those_of_nairobi():
    retention.purge(at=NOON.replace(hour=22))

    assert {run.day.isoformat() for run in PurgeRun.objects.all()} == {"2026-03-03"}


def test_purge_catches_up_after_a_month_of_silence():
    person(1)
    retention.purge(at=NOON + 360 * DAY)

    assert retention.purge(at=NOON + 390 * DAY)["people"] == 1
    assert PurgeRun.objects.filter(rule="people").count() == 2


def test_rule_that_fails_stops_no_other_and_is_told():
    def fails(before):
        raise OperationalError("away")

    rules = (retention.Rule("people", fails), *retention.RULES[1:])
    PageSession.objects.create(
        session_key="over", session_data="", expire_date=NOON - DAY, began_at=NOON, seen_at=NOON
    )

    with pytest.raises(OperationalError):
        retention.purge(at=NOON, rules=rules)

    assert not PageSession.objects.exists()
    assert not PurgeRun.objects.filter(rule="people").exists()


def test_every_kind_has_one_rule_in_one_room():
    rooms = (retention.RULES, bot.RULES, blasts.RULES, replies.RULES, ussd.RULES)

    assert sorted(rule.code for rules in rooms for rule in rules) == sorted(KINDS)


DEFAULTS = {
    "people": 365,
    "after-campaign": 30,
    "subjects": 7 * 365,
    "deliveries": 7 * 365,
    "consents": 730,
    "lifted": 730,
    "reveals": 730,
    "problems": 90,
    "questions": 90,
    "cases": 90,
    "closed-cases": 30,
    "threads": 14,
    "closed-threads": 1,
    "calls": 90,
    "references": 30,
    "exports": 7,
    "sign-ins": 30,
    "changes": 730,
    "journal": 7,
    "answered": 7,
    "lists": 1,
    "wishes": 1,
    "parcels": 1,
    "answers": 0,
    "left": 0,
    "sessions": 0,
}


def test_periods_are_those_that_were_promised():
    assert {code: kind.age.days for code, kind in KINDS.items()} == DEFAULTS


def test_periods_that_others_keep_too_are_the_same():
    assert KINDS["left"].age == outbox.OLDEST
    assert KINDS["lists"].age == uploaded.LEFT_AFTER
    assert KINDS["wishes"].age == erasure.FOLLOWED
