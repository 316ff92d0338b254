"""Alerts reach whom they concern, on the page and by mail, and never with a number."""

import pytest
from django.core import mail

from campaigns.editions.problems import Problem
from campaigns.models import Alert
from campaigns.proofs import alerting
from people.models import Staff
from tests.campaigns import living
from tests.campaigns.living import CHILD, MONTH, TODAY, days
from tests.published import AT

pytestmark = pytest.mark.django_db


def alert(thing: str, code: str, country: str = "", **values) -> Alert:
    basics = {"expires": TODAY + MONTH, "days": 30, "at": AT}
    return Alert.objects.create(thing=thing, code=code, country=country, **{**basics, **values})


@pytest.fixture
def alerts():
    return [
        alert("number", "KE-01", "KE"),
        alert("number", "ET-01", "ET"),
        alert("number", "SA-01", "SA"),
        alert("fact", "F01"),
        alert(
            "edition", "ab", detail=[Problem("{what} went.", values={"what": "A line"}).as_json()]
        ),
    ]


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("administrator", ["ET-01", "F01", "KE-01", "SA-01", "ab"]),
        ("protection", ["KE-01", "SA-01", "ab"]),
        ("manager", ["F01", "ab"]),
        ("approver", ["ab"]),
        ("translator", []),
        ("monitoring", []),
    ],
)
def test_alerts_are_for_whoever_can_do_something_about_them(alerts, role, codes):
    staff = living.hire(role, "KE")

    assert sorted(alerting.open_to(staff).values_list("code", flat=True)) == codes


def test_alert_is_taken_in_hand_once_and_by_name(alerts):
    officer, other = living.hire("protection", "KE"), living.hire("administrator")

    assert alerting.see(alerts[0].pk, by=officer)
    assert not alerting.see(alerts[0].pk, by=other)
    assert not alerting.see(alerts[1].pk, by=officer)
    assert Alert.objects.get(code="KE-01").seen_by == officer


@pytest.mark.parametrize(
    ("thing", "day", "said"),
    [
        ("number", 29, "It must be called again within 1 day."),
        ("number", 23, "It must be called again within 7 days."),
        ("number", 30, "Nobody called in time: people read that there is no number."),
        ("fact", 0, "It must be looked up again within 30 days."),
        ("fact", 31, "Nobody looked it up in time: texts that rest on it are left out."),
        ("edition", 30, "Something that people read lapsed and was taken out."),
    ],
)
def test_alert_says_what_is_the_matter(thing, day, said):
    assert alerting.sentence(alert(thing, "X"), at=days(day)) == said


def test_alerts_are_named_in_two_queries(alerts, django_assert_num_queries):
    living.entry("KE-01", CHILD, "child", until=TODAY)

    with django_assert_num_queries(2):
        assert alerting.names(alerts) == {("number", "KE-01"): "child line"}


# --- mail -----------------------------------------------------------------------------------------


@pytest.fixture
def mailing(settings):
    settings.EMAIL_HOST = "mail.invalid"
    for role in ("administrator", "protection", "translator"):
        living.hire(role, "KE")
    Staff.objects.filter(username="a-protection").update(email="officer@example.org")
    Staff.objects.filter(username="a-translator").update(email="translator@example.org")


def test_mail_goes_to_whom_it_concerns_and_who_has_an_address(alerts, mailing):
    living.entry("KE-01", CHILD, "child", until=TODAY)

    assert alerting.mail(alerts, at=AT) == 1

    (sent,) = mail.outbox
    assert sent.to == ["officer@example.org"]
    assert sorted(sent.body.splitlines()) == [
        "A line went.",
        "KE-01 KE: It must be called again within 30 days.",
        "SA-01 SA: It must be called again within 30 days.",
        "ab: Something that people read lapsed and was taken out.",
    ]


def test_no_mail_without_a_server_or_without_alerts(alerts, mailing, settings):
    assert alerting.mail([], at=AT) == 0
    settings.EMAIL_HOST = ""
    assert (alerting.mail(alerts, at=AT), mail.outbox) == (0, [])


def test_mail_that_fails_stops_nothing_and_logs_no_address(alerts, mailing, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert alerting.mail(alerts, at=AT) == 0

    assert "ConnectionRefusedError" in caplog.text
    assert "example.org" not in caplog.text
