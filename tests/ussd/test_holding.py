"""What callers say of themselves stands on the exposures of that call, and on nothing else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics.knowledge import gains
from analytics.models import Exposure, QuizAnswer
from campaigns.editions.edition import Edition
from people.models import Subject
from tests.editions import DANGER, HELP_ITEM, MADE, SAFE, edition
from tests.journal.lines import write
from tests.ussd.hops import END, find, fold, hop
from ussd import folding
from ussd.models import HeldHop

pytestmark = pytest.mark.django_db
WAITING = hop(waits=True)
ASKED = hop(x="who.sex", i=[], d=3, waits=True)


def answered(*told: str, **changes: Any) -> dict[str, Any]:
    return hop(**{"x": "main", "i": [], "d": 4, "told": [*told], "waits": False, **changes})


def attributes() -> list[tuple[str, ...]]:
    rows = Exposure.objects.order_by("sequence")
    return list(rows.values_list("item", "sex", "age_band", "status", "district"))


UNKNOWN = ("unknown",) * 4


def test_exposure_waits_until_the_question_was_answered():
    assert fold(WAITING, ASKED) == []
    assert fold(answered("sex", "female")) == [("interacted", DANGER)]
    assert attributes() == [(DANGER, "female", "unknown", "unknown", "unknown")]
    assert not HeldHop.objects.exists()


def test_answer_in_the_same_batch_counts_at_once():
    assert fold(WAITING, ASKED, answered("age_band", "18-24")) == [("interacted", DANGER)]
    assert attributes() == [(DANGER, "unknown", "18-24", "unknown", "unknown")]


@pytest.mark.parametrize(
    ("question", "answer", "row"),
    [
        ("status", "transit", ("unknown", "unknown", "transit", "unknown")),
        ("district", "Turkana", ("unknown", "unknown", "unknown", "Turkana")),
    ],
)
def test_each_question_has_its_column(question, answer, row):
    fold(WAITING, answered(question, answer))

    assert attributes() == [(DANGER, *row)]


def test_skipped_question_leaves_unknown():
    fold(WAITING, ASKED)
    fold(hop(x="main", i=[], d=4, waits=False))

    assert attributes() == [(DANGER, *UNKNOWN)]


def test_later_content_carries_the_answer_too():
    fold(WAITING, answered("sex", "male"))
    fold(answered("sex", "male", x=SAFE, i=[SAFE], d=6))

    assert {(item, sex) for item, sex, *_ in attributes()} == {(DANGER, "male"), (SAFE, "male")}


def test_session_that_ends_unanswered_is_counted_then():
    fold(WAITING)
    write("end", END)

    folding.fold_ends(find)

    assert attributes() == [(DANGER, *UNKNOWN)]


def test_session_without_an_end_is_counted_after_minutes():
    fold(WAITING)

    early = folding.fold_held(find, at=MADE + timedelta(minutes=4))
    late = folding.fold_held(find, at=MADE + timedelta(minutes=6))

    assert (early, late) == (0, 1)
    assert attributes() == [(DANGER, *UNKNOWN)]


def test_session_is_counted_once_whoever_comes_first():
    fold(WAITING)
    write("end", END)
    folding.fold_ends(find)

    folding.fold_held(find, at=MADE + timedelta(minutes=6))
    fold(WAITING, answered("sex", "female"))

    assert attributes() == [(DANGER, *UNKNOWN)]


def test_other_sessions_do_not_wait():
    assert fold(WAITING, hop(s="ATUid_2")) == [("interacted", DANGER)]


def test_same_session_id_of_another_gateway_is_another_session():
    fold(WAITING)

    assert fold(answered("sex", "female", g="other")) == []


# --- under 18 ---------------------------------------------------------------------------------------


def test_minor_has_no_lasting_subject():
    fold(hop(x="main", i=[], d=0, waits=True), WAITING)
    fold(answered("age_band", "under-18"))

    assert attributes() == [(DANGER, "unknown", "under-18", "unknown", "unknown")]
    assert not Subject.objects.exists()


def test_minor_is_one_subject_a_month():
    minor = {"told": ["age_band", "under-18"], "waits": False}
    next_month = MADE.timestamp() + 32 * 86400
    fold(hop(**minor), hop(s="ATUid_2", **minor), hop(s="ATUid_3", at=next_month, **minor))

    subjects = list(Exposure.objects.order_by("at", "sequence").values_list("subject", flat=True))
    assert subjects[0] == subjects[1] != subjects[2]


# --- the quiz -----------------------------------------------------------------------------------------


def quiz(phase: str, option: int, **changes: Any) -> dict[str, Any]:
    return hop(**{"x": "quiz-01.why", "i": [], "quiz": ["quiz-01", phase, option], **changes})


def told_gains() -> list[tuple[int, ...]]:
    window = {"starts": MADE, "ends": MADE + timedelta(days=1), "countries": ["KE"]}
    return [
        (
            one.asked,
            one.paired,
            one.no_second,
            one.right_before,
            one.right_after,
            one.improved,
            one.worsened,
        )
        for one in gains(**window)  # type: ignore[arg-type]
    ]


def test_pair_that_improved_is_told(quiz_edition):
    fold_with(quiz_edition, quiz("before", 2), quiz("after", 1))

    assert told_gains() == [(1, 1, 0, 0, 1, 1, 0)]


def test_who_does_not_answer_again_is_told_apart(quiz_edition):
    fold_with(quiz_edition, quiz("before", 1), quiz("before", 2, s="2"), quiz("after", 2, s="2"))

    assert told_gains() == [(2, 1, 1, 0, 0, 0, 0)]


def test_first_answer_stands(quiz_edition):
    fold_with(
        quiz_edition, quiz("before", 1), quiz("before", 2), quiz("after", 2), quiz("after", 1)
    )

    assert told_gains() == [(1, 1, 0, 1, 0, 0, 1)]


def test_answer_about_sensitive_content_names_nobody(quiz_edition):
    fold_with(quiz_edition, quiz("before", 1), hop(quiz=["quiz-02", "before", 1], x="a", i=[]))

    named = dict(QuizAnswer.objects.values_list("item", "subject"))
    assert (named["quiz-01"] is None, named["quiz-02"] is None) == (False, True)


def test_lost_pin_answers_nothing(quiz_edition):
    fold_with(quiz_edition, quiz("before", 1, lost=True), hop(quiz=["faq-006", "before", 1]))

    assert not QuizAnswer.objects.exists()


def fold_with(own: Edition, *hops: dict[str, Any]) -> None:
    write("hop", *hops)
    folding.fold_hops(lambda name: own)


@pytest.fixture
def quiz_edition():
    made = edition()
    items = dict(made.items)
    for code, explains in (("quiz-01", SAFE), ("quiz-02", HELP_ITEM)):
        items[code] = replace(items[SAFE], id=code, kind="quiz", correct=0, explains=explains)
    return replace(made, items=items)
