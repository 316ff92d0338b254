"""Knowledge gain: the same question before and after an answer was read (`facts` T, Terre des hommes M3).

Only pairs of one meeting say anything; who did not answer again is told beside them, never left out.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.models import QuizAnswer

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the quiz. `key` names the fact: the first with it stands. `meeting`: what pairs it.

    `subject` None where the question is about sensitive content: then nobody can be joined to it.
    """

    key: UUID
    meeting: UUID
    subject: UUID | None
    at: datetime
    item: str
    phase: str
    right: bool
    campaign: str
    country: str
    channel: str
    language: str


@dataclass(frozen=True, slots=True)
class Gain:
    """What the pairs of one question say; `asked` counts meetings with a first answer."""

    item: str
    asked: int
    paired: int
    right_before: int  # among the paired, as are those below
    right_after: int
    improved: int
    worsened: int

    @property
    def no_second(self) -> int:
        """Who did not answer again."""
        return self.asked - self.paired


def record(answers: Iterable[Answer]) -> None:
    """Write answers, inside the caller's transaction; a second telling of one changes nothing."""
    QuizAnswer.objects.bulk_create(
        [QuizAnswer(**asdict(answer)) for answer in answers], ignore_conflicts=True
    )


GAINS = """
WITH pairs AS (
    SELECT item, meeting,
           bool_or("right") FILTER (WHERE phase = 'before') AS first,
           bool_or("right") FILTER (WHERE phase = 'after') AS second
    FROM analytics_quizanswer WHERE at >= %(starts)s AND at < %(ends)s AND country = ANY(%(countries)s)
      AND (%(campaign)s = '' OR campaign = %(campaign)s)
    GROUP BY item, meeting
)
SELECT item, count(*), count(second), count(*) FILTER (WHERE first AND second IS NOT NULL),
       count(*) FILTER (WHERE second), count(*) FILTER (WHERE second AND NOT first),
       count(*) FILTER (WHERE first AND NOT second)
FROM pairs WHERE first IS NOT NULL GROUP BY item ORDER BY item"""


def gains(
    *, starts: datetime, ends: datetime, countries: Iterable[str], campaign: str = ""
) -> list[Gain]:
    """What each question's pairs say in `[starts, ends)`; both answers must lie in it. `campaign` "": all."""
    asked: dict[str, Any] = {
        "starts": starts,
        "ends": ends,
        "countries": list(countries),
        "campaign": campaign,
    }
    with connection.cursor() as cursor:
        cursor.execute(GAINS, asked)
        return [Gain(*row) for row in cursor.fetchall()]
