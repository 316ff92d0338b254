"""Mail about cases: to who is on duty, to all where nobody is or nobody takes it, once, and without a word."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from bot import alerting
from bot.models import Case
from people.models import Staff
from tests.bot.caseload import NUMBER, case, officer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, 12 in Nairobi
LATER = NOON + timedelta(minutes=16)


@pytest.fixture(autouse=True)
def mailing(settings):
    settings.EMAIL_HOST = "mail.invalid"


def reachable(name: str, *countries: str) -> Staff:
    made = officer(name, *countries)
    Staff.objects.filter(pk=made.pk).update(email=f"{name}@example.org")
    made.refresh_from_db()
    return made


def told() -> list[str]:
    return sorted(one.to[0].partition("@")[0] for one in mail.outbox)


def test_officer_on_duty_is_told_and_the_others_are_not():
    alerting.put_down(reachable("ada"), {0: (8, 17)})
    alerting.put_down(reachable("ben"), {0: (0, 8), 1: (8, 17)})
    case()

    assert alerting.alert(at=NOON) == 1
    assert told() == ["ada"]


def test_all_of_the_country_are_told_where_nobody_is_on_duty():
    for name, country in (("ada", "KE"), ("ben", "KE"), ("eve", "ET")):
        reachable(name, country)
    case()

    alerting.alert(at=NOON)

    assert told() == ["ada", "ben"]


def test_mail_says_the_country_and_nothing_of_the_person():
    reachable("ada")
    case()

    alerting.alert(at=NOON)

    [sent] = mail.outbox
    assert sent.subject == "A case waits: Kenya"
    words = sent.subject + sent.body
    assert [one for one in ("hold us", "mango", NUMBER, "held") if one in words] == []


def test_case_of_no_country_is_told_to_everybody():
    reachable("ada", "KE")
    reachable("eve", "ET")
    case(country="")

    alerting.alert(at=NOON)

    assert told() == ["ada", "eve"]


def test_nobody_hears_of_a_case_twice_but_for_one_that_nobody_took():
    alerting.put_down(reachable("ada"), {0: (8, 17)})
    reachable("ben")
    case()

    for at in (NOON, NOON + timedelta(minutes=1), LATER, LATER + timedelta(hours=1)):
        alerting.alert(at=at)

    assert told() == ["ada", "ada", "ben"]
    assert mail.outbox[-1].subject == "Nobody has taken a case yet: Kenya"


def test_case_that_somebody_took_goes_no_further():
    one = case()
    owner = reachable("ada")
    alerting.alert(at=NOON)
    Case.objects.filter(pk=one.pk).update(state=Case.State.TAKEN, taken_by=owner, taken_at=NOON)

    assert alerting.alert(at=LATER) == 0


def test_several_cases_of_a_country_are_one_mail():
    reachable("ada")
    case(1)
    case(2)

    assert alerting.alert(at=NOON) == 1


def test_without_a_mail_server_nothing_is_sent_and_nothing_fails(settings):
    settings.EMAIL_HOST = ""
    reachable("ada")
    case()

    assert alerting.alert(at=NOON) == 0


def test_hours_are_put_down_and_days_left_out_are_free():
    ada = reachable("ada")
    alerting.put_down(ada, {0: (8, 17), 1: (8, 17)})

    alerting.put_down(ada, {1: (9, 24)})

    assert alerting.hours(ada) == {1: (9, 24)}


@pytest.mark.parametrize("wanted", [{0: (8, 8)}, {0: (9, 8)}, {7: (8, 9)}, {0: (8, 25)}])
def test_hours_that_are_none_are_refused(wanted):
    with pytest.raises(ValueError, match=r"[07]"):
        alerting.put_down(reachable("ada"), wanted)
