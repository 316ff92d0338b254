"""A text asked for by SMS: the right words to the number that asked, once, and not too often."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Exposure
from campaigns.blasts import erasure
from campaigns.editions.edition import Edition, Kind
from campaigns.models import Answer
from campaigns.models import Edition as Row
from campaigns.replies import outbox
from config.celery import app
from journal.models import Dead
from journal.models import Entry as Line
from people import consent, identity
from people import erasure as wishes
from tests.campaigns import scene
from tests.campaigns.conftest import deployment, judge, real_gateway  # noqa: F401 - fixtures
from tests.campaigns.scene import Scene
from tests.doors import OTHER_PHONE, PHONE
from tests.editions import DANGER, HELP_ITEM, SAFE
from tests.journal.lines import write
from ussd import parcels, tasks

pytestmark = pytest.mark.django_db
WORDS = "DEMO Many people die on the road. Ask someone who came back."
MINUTE, HOUR = 60, 3600


@pytest.fixture
def edition(deployment: Scene) -> Edition:  # noqa: F811
    """What the screens were shown from; it is on the shelf."""
    tasks._shelf.cache_clear()
    return deployment.publish()


def wish(**changes: Any) -> dict[str, Any]:
    """As the door writes it; `phone` and `ago` (seconds) instead of what they stand for."""
    phone, ago = changes.pop("phone", PHONE), changes.pop("ago", 0)
    return {
        "at": time.time() - ago,
        "g": "sim",
        "s": "ATUid_1",
        "t": identity.token(f"tel:{phone}"),
        "c": "KE",
        "item": DANGER,
        "language": "en",
        "edition": scene.edition().id,
        "number": identity.seal(phone, identity.NUMBER),
        **changes,
    }


def fold(*wishes: dict[str, Any]) -> list[tuple[str, str]]:
    """Journal the wishes, fold them; (state, reason) of all parcels in the order they were asked for."""
    write("send-me", *wishes)
    found = {one.id: one for one in [scene.edition()]}
    assert parcels.fold_send_me(found.get) == len(wishes)
    return list(Answer.objects.order_by("id").values_list("state", "reason"))


def texts() -> list[str]:
    return [identity.unseal(one.text) for one in Answer.objects.order_by("id") if one.text]


# --- the whole way ------------------------------------------------------------------------------------


def test_text_reaches_the_phone_that_asked_within_one_turn(deployment, edition):  # noqa: F811
    write("send-me", wish())

    tasks.fold_send_me()
    tasks.fold_send_me()

    assert [row[:2] for row in deployment.record()] == [(PHONE, WORDS)]
    assert Answer.objects.values_list("kind", "state", "item", "country").get() == (
        "parcel",
        "sent",
        DANGER,
        "KE",
    )


def test_beat_wakes_it_each_second():
    times = {one["task"]: one["schedule"] for one in app.conf.beat_schedule.values()}

    assert times["ussd.tasks.fold_send_me"] == 1


def test_nothing_of_it_is_counted_as_a_meeting(edition):
    fold(wish())
    outbox.send_waiting(at=timezone.now())

    assert Exposure.objects.count() == 0


def test_number_that_ended_messages_gets_it_and_stays_suppressed(deployment, edition):  # noqa: F811
    stop = identity.suppression_token(f"tel:{PHONE}")
    consent.suppress([consent.OptOut(stop, timezone.now(), "menu", "KE")])

    fold(wish())
    outbox.send_waiting(at=timezone.now())

    assert len(deployment.record()) == 1
    assert consent.suppressed([stop]) == {stop}


# --- once ---------------------------------------------------------------------------------------------


def test_hop_posted_again_sends_once(edition):
    assert fold(wish(ago=1), wish()) == [("waiting", "")]
    assert fold(wish()) == [("waiting", "")]


def test_hop_posted_again_after_it_was_sent_sends_once(deployment, edition):  # noqa: F811
    fold(wish())
    outbox.send_waiting(at=timezone.now())

    fold(wish())
    outbox.send_waiting(at=timezone.now())

    assert len(deployment.record()) == 1


def test_same_session_at_another_gateway_is_another_one(deployment, edition, real_gateway):  # noqa: F811
    deployment.publish(kind=Kind.LIVE, days=1)

    assert fold(wish(), wish(g="real", phone=OTHER_PHONE)) == [("waiting", "")] * 2


# --- not too often ------------------------------------------------------------------------------------


def test_same_text_again_within_ten_minutes_is_counted_and_not_sent(edition):
    kept = fold(wish(ago=5 * MINUTE), wish(s="ATUid_2"))

    assert kept == [("waiting", ""), ("refused", "again")]
    assert Answer.objects.values_list("number", "token", "text").last() == ("", "", "")


def test_same_text_is_sent_again_after_ten_minutes(edition):
    assert fold(wish(ago=11 * MINUTE), wish(s="ATUid_2")) == [("waiting", "")] * 2


def test_fourth_text_of_a_day_is_counted_and_not_sent(edition):
    hours = [wish(s=f"ATUid_{n}", ago=n * HOUR) for n in range(4)]

    assert fold(*hours) == [("waiting", "")] * 3 + [("refused", "enough")]


def test_what_was_sent_before_counts_for_a_day(edition):
    fold(*(wish(s=f"ATUid_{n}", ago=n * HOUR) for n in (1, 2, 23)))
    Answer.objects.update(state="sent", number="", text="")

    fold(wish(s="ATUid_4"))
    fold(wish(s="ATUid_5", ago=-2 * HOUR))  # two hours later the first one is a day old

    assert list(Answer.objects.order_by("id").values_list("reason", flat=True))[3:] == [
        "enough",
        "",
    ]


def test_what_the_provider_refused_does_not_count(edition):
    fold(wish(ago=MINUTE))
    Answer.objects.update(state="refused", reason="no-credit")

    assert fold(wish(s="ATUid_2"))[-1] == ("waiting", "")


def test_numbers_do_not_count_for_each_other(edition):
    others = (wish(s=f"ATUid_{n}", ago=n * HOUR, phone=OTHER_PHONE) for n in range(3))

    assert fold(*others, wish(s="ATUid_9"))[-1] == ("waiting", "")


# --- forget me ----------------------------------------------------------------------------------------


def test_forget_me_between_asking_and_folding_is_heard(edition):
    asked = wish(ago=1)
    erasure.forget(identity.token(f"tel:{PHONE}"))

    assert fold(asked) == [("refused", "erased")]
    assert texts() == []


def test_forget_me_between_folding_and_sending_is_heard(deployment, edition):  # noqa: F811
    fold(wish())
    erasure.forget(identity.token(f"tel:{PHONE}"))

    assert (outbox.send_waiting(at=timezone.now()), deployment.record()) == (0, [])


def test_who_calls_again_after_it_may_ask_again(edition):
    erasure.forget(identity.token(f"tel:{PHONE}"))

    assert fold(wish(ago=-1)) == [("waiting", "")]


def test_line_of_the_journal_goes_with_the_wish(edition):
    fold(wish(ago=1))
    erasure.forget(identity.token(f"tel:{PHONE}"))

    wishes.follow(at=timezone.now())

    assert Line.objects.filter(kind="send-me").count() == 0


# --- which text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "begins"),
    [("sw", "DEMO Watu wengi"), ("am", "DEMO ብዙ ሰዎች"), ("am-Latn", "DEMO Bizu sewoch")],
)
def test_text_is_in_the_language_and_script_of_the_screen(edition, language, begins):
    fold(wish(language=language))

    (text,) = texts()
    assert text[: len(begins)] == begins


def test_text_is_of_the_edition_that_was_shown(deployment, edition):  # noqa: F811
    deployment.publish(say="Something newer.", days=1)

    fold(wish(item=SAFE))

    assert texts() == ["DEMO Use a passport and a work visa."]


def test_edition_that_is_gone_is_replaced_by_todays(deployment, edition):  # noqa: F811
    deployment.publish(say="Something newer.", days=1)

    fold(wish(item=SAFE, edition="0" * 16))

    assert texts() == ["DEMO Something newer."]


def test_edition_nobody_can_read_any_more_counts_as_gone(edition):
    Row.objects.create(
        hash="f" * 16, kind="demonstration", body="{}", published_at=timezone.now(), languages=[]
    )
    write("send-me", wish(edition="f" * 16))

    tasks.fold_send_me()

    assert Answer.objects.get().state == "sent"


def test_sensitive_item_is_marked(edition):
    fold(wish(item=HELP_ITEM))

    assert Answer.objects.get().sensitive is True


def test_demonstration_never_leaves_by_a_gateway_for_real_phones(edition, real_gateway):  # noqa: F811
    assert fold(wish(g="real")) == []
    assert [one.why for one in Dead.objects.all()] == ["nothing is published for its gateway"]


def test_real_gateway_sends_the_live_text_instead(deployment, edition, real_gateway):  # noqa: F811
    deployment.publish(kind=Kind.LIVE, days=1)

    fold(wish(g="real"))

    assert texts() == [WORDS.removeprefix("DEMO ")]


# --- lines that are no wish ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"item": "faq-999"}, "no such text in its edition"),
        ({"language": "fr"}, "no such text in its edition"),
        ({"g": "gone"}, "no such gateway"),
        ({"g": ""}, "no such gateway"),
        ({"t": ""}, "no wish: ValueError"),
        ({"number": None}, "no wish: AttributeError"),
        ({"number": "k1.text.abc"}, "no wish: BrokenSeal"),
    ],
)
def test_line_that_cannot_be_followed_is_set_aside_and_the_next_one_is(edition, broken, why):
    assert fold(wish(**broken), wish(s="ATUid_2")) == [("waiting", "")]
    assert [one.why for one in Dead.objects.all()] == [why]


def test_queries_do_not_grow_with_the_wishes(edition):
    asked = []
    for turn, many in enumerate((1, 1, 20)):
        phones = [f"+2547110{turn:02}0{n:02}" for n in range(many)]
        with CaptureQueriesContext(connection) as seen:
            fold(*(wish(s=f"ATUid_{phone}", phone=phone) for phone in phones))
        asked.append(len(seen) - many)  # the lines written

    assert asked[1] == asked[2]
    assert Answer.objects.filter(state="waiting").count() == 22
