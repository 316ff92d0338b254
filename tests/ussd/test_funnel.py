"""The funnel: each screen counted once, whatever comes late, twice or never; nobody's path kept."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from tests.editions import DANGER, HELP_ITEM, MADE
from tests.journal.lines import write
from tests.published import demonstration
from tests.ussd.hops import EDITION, find, hop
from tests.ussd.steps import ANSWER, BYE, LATER, MAIN, TOPIC, at, end, fold, steps, totals
from ussd import folding, funnel
from ussd.funnel import SENSITIVE, shown_as
from ussd.models import Call, Outcome, Step, Total

pytestmark = pytest.mark.django_db


WAY = ("main", "dangers", DANGER, "help")


# --- what may be told -------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["main", "main.2", "lang", "lang.again", "bye", "mine", "none"])
def test_menu_of_everybody_is_told(place):
    assert shown_as(place, [], None) == place


@pytest.mark.parametrize(
    "place",
    [
        "help",
        "help.2",
        "ask",
        "ask.found",
        "ask.none",
        "stop",
        "stop.yes",
        "forget",
        "forget.yes",
        "who.sex",
        "who.child",
        "sms",
        "sms.yes",
    ],
)
def test_screen_of_a_need_is_sensitive(place):
    assert shown_as(place, [], EDITION) == SENSITIVE


def test_answer_is_told_page_by_page_unless_it_is_sensitive():
    assert shown_as(f"{DANGER}.2", [DANGER], EDITION) == f"{DANGER}.2"
    assert shown_as(HELP_ITEM, [], EDITION) == SENSITIVE
    assert shown_as("elsewhere", [HELP_ITEM], EDITION) == SENSITIVE


def test_screen_of_an_unknown_edition_is_sensitive():
    assert shown_as(DANGER, [DANGER], None) == SENSITIVE


def test_menu_of_sensitive_answers_alone_is_sensitive():
    served = demonstration()

    told = {place: shown_as(place, [], served) for place in ("asylum", "asylum.2", "trafficking")}

    assert told == {"asylum": SENSITIVE, "asylum.2": SENSITIVE, "trafficking": "trafficking"}


def test_quiz_is_as_sensitive_as_the_answer_it_explains():
    told = {place: shown_as(place, [], demonstration()) for place in ("quiz-01", "quiz-05")}

    assert told == {"quiz-01": "quiz-01", "quiz-05": SENSITIVE}


# --- counting ---------------------------------------------------------------------------------------


def test_screen_is_entered_and_left_for_the_next():
    fold(MAIN, TOPIC, ANSWER)

    assert steps() == {"main": [1, 1, 0, 5], "dangers": [1, 1, 0, 7], DANGER: [1, 0, 0, 0]}
    assert totals() == []


def test_end_screen_completes_the_session():
    fold(MAIN, BYE)

    assert steps() == {"bye": [1, 1, 0, 0], "main": [1, 1, 0, 30]}
    assert totals() == [("completed", 1, 2, 30, Decimal(0), "")]


def test_end_event_adds_cost_and_length_to_what_was_counted():
    fold(MAIN, BYE)

    end()

    assert totals() == [("completed", 1, 2, 41, Decimal("1.5"), "KES")]


def test_session_that_broke_off_abandons_its_last_screen():
    fold(MAIN, TOPIC)

    end(status="Incomplete")

    assert steps()["dangers"] == [1, 0, 1, 0]
    assert totals() == [("abandoned", 1, 2, 41, Decimal("1.5"), "KES")]


@pytest.mark.parametrize(
    ("status", "how"), [("Failed", "failed"), ("Success", "completed"), ("", "abandoned")]
)
def test_words_of_the_provider_say_how_it_ended(status, how):
    fold(MAIN)

    end(status=status)

    assert [how for how, *_ in totals()] == [how]


def test_end_before_its_hops_counts_as_after_them():
    end(status="Incomplete")
    assert totals() == [("abandoned", 1, 0, 41, Decimal("1.5"), "KES")]

    fold(MAIN)
    fold(TOPIC)

    assert steps() == {"main": [1, 1, 0, 5], "dangers": [1, 0, 1, 0]}
    assert totals() == [("abandoned", 1, 2, 41, Decimal("1.5"), "KES")]


def test_end_told_twice_or_otherwise_counts_once():
    fold(MAIN, TOPIC)
    end(status="Incomplete")

    end(status="Incomplete")
    end(status="Success", cost=["2", "KES"])

    assert steps()["dangers"] == [1, 1, 0, 0]
    assert totals() == [("completed", 1, 2, 41, Decimal(2), "KES")]


def test_end_of_an_unknown_session_is_money_spent():
    end(cost=["0.30", "KES"])

    assert (steps(), totals()) == ({}, [("completed", 1, 0, 41, Decimal("0.3"), "KES")])
    assert list(Total.objects.values_list("country", "network", "code")) == [
        ("KE", "63902", "*384*1234#")
    ]


def test_repeated_and_late_hops_enter_nothing():
    fold(MAIN, ANSWER, ANSWER)

    fold(TOPIC, ANSWER, MAIN)

    assert steps() == {"main": [1, 1, 0, 12], DANGER: [1, 0, 0, 0]}


def test_lost_pin_enters_nothing():
    fold(MAIN, at(5, "main", 4, lost=True))

    assert steps() == {"main": [1, 0, 0, 0]}


def test_screen_is_left_in_the_language_and_on_the_day_it_was_entered():
    night = 12 * 3600 - 5  # 23:59:55 in Nairobi
    fold(at(night, "main", 0), at(night + 10, "main", 1, l="sw"))

    rows = Step.objects.order_by("day").values_list("day__day", "language", "entered", "left")
    assert list(rows) == [(2, "en", 1, 1), (3, "sw", 1, 0)]


def test_length_beyond_reason_is_not_believed():
    fold(MAIN, BYE)

    end(ms=10**15)

    assert [seconds for _, _, _, seconds, *_ in totals()] == [30]


# --- when no end is told ----------------------------------------------------------------------------


def test_session_without_an_end_is_given_up_once():
    fold(MAIN, TOPIC)

    assert [funnel.give_up(at=LATER), funnel.give_up(at=LATER)] == [1, 0]

    assert steps()["dangers"] == [1, 0, 1, 0]
    assert totals() == [("silent", 1, 2, 5, Decimal(0), "")]


def test_session_that_may_go_on_is_not_given_up():
    fold(MAIN, at(100, "dangers", 1), hop(s="ended", d=0), at(0, "bye", 0, s="bye", ends=True))
    end(s="ended")

    assert funnel.give_up(at=MADE + timedelta(minutes=11)) == 0


def test_end_that_comes_after_all_sets_it_right():
    fold(MAIN, TOPIC)
    funnel.give_up(at=LATER)

    end(status="Success")

    assert steps()["dangers"] == [1, 1, 0, 0]
    assert totals() == [("completed", 1, 2, 41, Decimal("1.5"), "KES")]


def test_session_that_goes_on_after_all_is_open_again():
    fold(MAIN, TOPIC)
    funnel.give_up(at=LATER)

    fold(ANSWER)

    assert steps()["dangers"] == [1, 1, 0, 7]
    assert (Call.objects.get().given_up, totals()) == (False, [])


def test_sessions_are_given_up_in_bounded_batches():
    fold(*(at(0, "main", 0, s=f"ATUid_{n}") for n in range(5)))

    assert [funnel.give_up(at=LATER, limit=3) for _ in range(3)] == [3, 2, 0]
    assert Total.objects.get().sessions == 5


# --- nobody's path ----------------------------------------------------------------------------------


def test_row_and_counters_hold_no_sensitive_screen():
    fold(MAIN, at(3, "help", 1), at(6, "stop", 2), at(9, "ask", 3))

    assert Call.objects.get().place == SENSITIVE
    assert steps() == {"main": [1, 1, 0, 3], SENSITIVE: [3, 2, 0, 6]}


def test_row_says_nothing_of_the_way():
    kept = {field.name for field in Call._meta.get_fields()}

    assert "trace" not in kept
    fold(MAIN, TOPIC, ANSWER)
    assert "dangers" not in str(Call.objects.values().get())


def test_sms_of_an_answer_is_as_sensitive_as_the_answer():
    fold(ANSWER, at(14, "sms", 3), at(16, "sms.yes", 4), at(20, "main", 5))
    fold(*(at(20 + n, place, 5 + n) for n, place in enumerate(("main", "help", "sms", "sms.yes"))))

    assert {place: entered for place, (entered, *_) in steps().items()} == {
        DANGER: 1,
        "main": 1,
        SENSITIVE: 3,
        "sms": 1,
        "sms.yes": 1,
    }


# --- exactly once -----------------------------------------------------------------------------------


def test_fold_that_dies_in_its_batch_counts_once():
    asked = []

    def dying(name: str):
        asked.append(name)
        if len(asked) == 2:  # the ledger's look at it, after all screens were entered
            raise ConnectionError("killed")
        return EDITION

    write("hop", MAIN, TOPIC, ANSWER)
    with pytest.raises(ConnectionError):
        folding.fold_hops(dying)
    assert (steps(), Call.objects.count()) == ({}, 0)

    folding.fold_hops(find)

    assert steps()["main"] == [1, 1, 0, 5]


def test_batches_of_one_count_as_one_batch():
    write("hop", MAIN, TOPIC, ANSWER, BYE)

    while folding.fold_hops(find, limit=1):
        pass

    assert Step.objects.aggregate(n=Sum("entered"), out=Sum("left")) == {"n": 4, "out": 4}
    assert totals() == [(Outcome.COMPLETED, 1, 4, 30, Decimal(0), "")]


def test_fold_asks_no_more_the_more_it_folds():
    asked = []
    for sessions in (2, 40):
        fold_of = [
            at(n, place, n, s=f"{sessions}-{s}")
            for s in range(sessions)
            for n, place in enumerate(WAY)
        ]
        write("hop", *fold_of)
        with CaptureQueriesContext(connection) as queries:
            folding.fold_hops(find)
        asked.append(len(queries))

    assert max(asked) == asked[0]
