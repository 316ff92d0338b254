"""Questions without an answer as tests lay them down, and editors who look at them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bot import grouping
from bot.models import Question, QuestionGroup
from campaigns.editions.edition import Edition
from people import identity, staff
from people.models import Staff

SEA = (
    "how dangerous is the boat to yemen",
    "is it dangerous, boat yemen",
    "boat to yemen dangerous?",
)
GOAT = ("what does a goat cost in moyale", "moyale goat what cost")


def asks(*texts: str, country: str = "KE", language: str = "en", **more: Any) -> list[Question]:
    """One question a text, asked now unless told otherwise."""
    now: datetime = timezone.now()
    first = Question.objects.count() + 1
    told = {"door": "web", "asked_at": now, "country": country, "language": language, **more}
    return Question.objects.bulk_create(
        Question(entry=first + n, text=identity.seal(text), **told) for n, text in enumerate(texts)
    )


def no_guess(_text: str, _language: str) -> list[tuple[str, float]]:
    return []


def grouped(edition: Edition) -> list[QuestionGroup]:
    """The groups, after all that waits was put into them; first made first."""
    grouping.gather(edition)
    return list(QuestionGroup.objects.order_by("pk"))


def editor(role: str = "manager", name: str = "mary", countries: Iterable[str] = ("KE",)) -> Staff:
    staff.install_roles()
    return staff.hire(name, role, countries=countries, password="x")


def ago(days: float) -> datetime:
    when: datetime = timezone.now() - timedelta(days=days)
    return when
