"""What people ask about: counts of those who came by themselves, and of questions without an answer."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from analytics import ledger
from analytics.ledger import Tier
from analytics.periods import parse
from analytics.questions import Question as Asked
from bot import themes
from bot.models import Question, QuestionGroup
from bot.themes import SENSITIVE, Theme
from campaigns.models import ContentItem
from people.models import Staff
from tests.analytics.ledgers import START, exposure
from tests.bot.asking import asks

pytestmark = pytest.mark.django_db
YEAR = parse("2025")
ASKED = Asked("3.3", ("delivered", "interacted"), START)


def came(n: int, item: str, channel: str = "ussd", *, sensitive: bool = False) -> ledger.Exposure:
    return exposure(n, Tier.INTERACTED, item=item, channel=channel, sensitive=sensitive)


def test_who_was_only_sent_to_asked_for_nothing():
    ledger.record([exposure(1, item="road"), came(2, "road")])

    assert themes.themes(ASKED, YEAR) == [Theme("road", 1, 1, 0)]


def test_number_on_two_channels_is_one():
    ledger.record([came(1, "road"), came(1, "road", "chat"), came(2, "road", "chat")])

    assert themes.themes(ASKED, YEAR) == [Theme("road", 2, 1, 2)]


def test_sensitive_content_is_one_theme_and_the_last():
    ledger.record(
        [
            came(1, "help", sensitive=True),
            came(2, "trafficked", sensitive=True),
            came(3, "road"),
        ]
    )

    assert [(one.item, one.numbers) for one in themes.themes(ASKED, YEAR)] == [
        ("road", 1),
        (SENSITIVE, 2),
    ]


def unanswered() -> dict[str, int]:
    now = timezone.now()
    return themes.unanswered(now - timedelta(days=30), now + timedelta(days=1), ["KE"])


def group(item: str, *, near: str = "") -> QuestionGroup:
    guesses = [[near, 0.4]] if near else []
    return QuestionGroup.objects.create(country="KE", language="en", item=item, guesses=guesses)


def test_questions_are_told_by_what_was_nearest():
    asks("one", "two", "three", "four")
    ContentItem.objects.create(code="danger", kind="answer", sensitive=True)
    one, two, three, _four = Question.objects.order_by("pk")
    Question.objects.filter(pk=one.pk).update(group=group("road", near="sea"))
    Question.objects.filter(pk=two.pk).update(group=group("", near="sea"))
    Question.objects.filter(pk=three.pk).update(group=group("", near="danger"))

    assert unanswered() == {"road": 1, "sea": 1, SENSITIVE: 1, "": 1}


def test_what_was_given_to_protection_is_not_told():
    asks("one", "two")
    Question.objects.filter(pk=Question.objects.latest("pk").pk).update(state="danger")

    assert unanswered() == {"": 1}


def test_page_never_tells_of_fewer_than_five_who_needed_help(client):
    staff = Staff.objects.create(username="monitor", countries=["KE"])
    staff.user_permissions.add(Permission.objects.get(codename="view_reach"))
    client.force_login(staff)
    ledger.record(
        [came(n, "help", sensitive=True) for n in range(6)]
        + [came(9, "help", "chat", sensitive=True)]
        + [came(n, "road") for n in range(3)]
    )

    page = client.get(reverse("bot:reach-themes"), {"period": "2025"})

    told = {row.code: row.values for row in page.context["sheet"].table("asked").rows}
    assert told == {"road": ("<5", "<5", 0), SENSITIVE: (7, None, None)}
