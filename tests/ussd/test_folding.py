"""The fold of USSD: what counts, counts once; what must be forgotten is."""

from datetime import timedelta
from uuid import UUID

import pytest

from analytics.models import Exposure, Tier
from journal.models import Dead
from people.models import Subject
from tests.editions import DANGER, HELP_ITEM, MADE, SAFE
from tests.journal.lines import write
from tests.ussd.hops import END, HOP, find, fold, hop
from ussd import exposing, folding
from ussd.models import Call

pytestmark = pytest.mark.django_db


MENU = hop(x="main", i=[], d=0, new=True)
SECOND = hop(x=SAFE, i=[SAFE], d=4)


def test_content_shown_is_an_interaction():
    assert fold(MENU, HOP) == [("interacted", DANGER)]


def test_menu_alone_reaches_nobody():
    assert fold(MENU, hop(x="lang", i=[], l="", d=0)) == []


def test_exposure_carries_what_the_door_knew():
    fold(HOP)

    told = Exposure.objects.get()
    assert (told.subject, told.at) == (Subject.objects.get().subject, MADE)
    assert (told.indicators, told.campaign, told.country) == (["3.3"], "always-on", "KE")
    assert (told.channel, told.language, told.network, told.gateway) == (
        "ussd",
        "en",
        "63902",
        "sim",
    )
    assert told.linked


def test_second_content_is_engagement():
    assert fold(HOP, SECOND) == [
        ("interacted", DANGER),
        ("interacted", SAFE),
        ("engaged", SAFE),
    ]


def test_next_page_of_the_same_content_is_engagement():
    assert fold(HOP, hop(x=f"{DANGER}.2", d=3)) == [("interacted", DANGER), ("engaged", DANGER)]


def test_retried_hop_is_neither_a_new_exposure_nor_a_step():
    assert fold(HOP, HOP, HOP) == [("interacted", DANGER)]


def test_replay_of_everything_in_any_order_changes_nothing():
    first = fold(MENU, HOP, SECOND)

    assert fold(SECOND, HOP, MENU, HOP, SECOND) == first


def test_hops_of_two_processes_fold_in_the_order_of_time():
    later = {**SECOND, "at": MADE.timestamp() + 5}

    assert fold(later, HOP) == [("interacted", DANGER), ("interacted", SAFE), ("engaged", SAFE)]


def test_steps_are_known_across_batches():
    fold(HOP)

    assert fold(SECOND)[-1] == ("engaged", SAFE)


def test_same_content_in_another_session_is_another_exposure_of_one_subject():
    told = fold(HOP, hop(s="ATUid_2"))

    assert (len(told), Exposure.objects.values("subject").distinct().count()) == (2, 1)


def test_help_with_a_number_is_a_referral():
    told = fold(hop(x="help", i=[HELP_ITEM], d=1))

    assert [tier for tier, _ in told] == ["interacted", "completed", "referred"]


def test_help_without_a_number_refers_to_nobody():
    told = fold(hop(x="help", i=[HELP_ITEM], d=1, c="ET"))

    assert [tier for tier, _ in told] == ["interacted"]


def test_sensitive_content_leaves_no_item():
    fold(hop(x="help", i=[HELP_ITEM]))

    told = Exposure.objects.filter(tier="interacted").get()
    assert (told.sensitive, told.item, told.language) == (True, "", "")


def test_key_of_a_fact_needs_our_secret():
    one = exposing.key("sim", "ATUid_1", HELP_ITEM, Tier.INTERACTED)

    assert one == exposing.key("sim", "ATUid_1", HELP_ITEM, Tier.INTERACTED)
    assert one != exposing.key("sim", "ATUid_1", SAFE, Tier.INTERACTED)
    assert isinstance(one, UUID)


@pytest.mark.parametrize(
    "changes", [{"lost": True}, {"w": "stop"}, {"t": ""}, {"e": "unknown"}, {"i": ["faq-999"]}]
)
def test_hop_that_must_not_count_counts_nothing(changes):
    assert fold(hop(**changes)) == []


def test_language_is_remembered():
    fold(hop(x="main", i=[], l="sw"))

    assert Subject.objects.get().language == "sw"


def test_late_hop_does_not_bring_back_a_language_that_was_left():
    fold(hop(l="sw", d=1), hop(l="en", d=3, at=HOP["at"] + 5), hop(l="sw", d=1, at=HOP["at"] + 9))

    assert Subject.objects.get().language == "en"


def test_language_after_a_lost_pin_is_remembered():
    fold(hop(d=4), hop(d=0, lost=True, l="", i=[]), hop(d=1, l="sw", at=HOP["at"] + 5))

    assert Subject.objects.get().language == "sw"


def test_language_list_makes_no_subject():
    fold(hop(x="lang", i=[], l=""))

    assert Subject.objects.count() == 0


def test_wish_to_be_forgotten_cuts_the_bridge_and_keeps_the_count():
    told = fold(HOP, hop(x="forget.yes", i=[], d=4, w="forget"))

    assert (told, Subject.objects.count()) == ([("interacted", DANGER)], 0)


def test_wish_to_stop_forgets_nobody():
    fold(HOP, hop(x="stop.yes", i=[], d=4, w="stop"))

    assert Subject.objects.count() == 1


def test_line_that_is_no_hop_is_set_aside():
    broken = {name: value for name, value in HOP.items() if name != "x"}

    assert fold(broken, HOP) == [("interacted", DANGER)]
    assert Dead.objects.get().why == "no hop: KeyError('x')"


def test_nothing_to_fold_is_nothing():
    assert folding.fold_hops(find) == 0


# --- sessions ---------------------------------------------------------------------------------------


def test_call_keeps_where_the_caller_came_to_and_no_trace_of_who():
    fold(MENU, HOP, hop(x=f"{DANGER}.2", d=3, at=MADE.timestamp() + 9))

    call = Call.objects.get()
    assert (call.place, call.depth, call.content_depth) == (f"{DANGER}.2", 3, 2)
    assert (call.began_at, call.last_at) == (MADE, MADE + timedelta(seconds=9))
    assert (call.screens, call.ends) == (3, False)
    assert "t1.anna" not in str(vars(call))


def test_end_adds_cost_and_length():
    fold(HOP)
    write("end", END)

    assert folding.fold_ends(find) == 1

    call = Call.objects.get()
    assert (str(call.cost), call.currency, call.milliseconds) == ("1.500000", "KES", 41200)
    assert (call.hops, call.place, call.ended_at) == (4, DANGER, MADE + timedelta(seconds=40))


def test_end_told_twice_changes_nothing():
    write("end", END, END)
    folding.fold_ends(find)
    before = Call.objects.values().get()

    write("end", END)
    folding.fold_ends(find)

    assert Call.objects.values().get() == before


def test_end_before_its_hops_is_kept():
    write("end", {**END, "status": "Incomplete"})
    folding.fold_ends(find)

    fold(HOP)

    call = Call.objects.get()
    assert (call.status, call.place, call.began_at) == ("Incomplete", DANGER, MADE)


def test_end_without_cost_is_an_end():
    write("end", {**END, "cost": None, "ms": None, "hops": None})

    folding.fold_ends(find)

    assert (Call.objects.get().cost, Call.objects.get().currency) == (None, "")


def test_line_that_is_no_end_is_set_aside():
    write("end", {**END, "cost": ["many", "KES"]}, {"at": 1})

    assert folding.fold_ends(find) == 2
    assert (Call.objects.count(), Dead.objects.count()) == (0, 2)


@pytest.mark.parametrize("cost", ["1e30", "-1e30", "100000000"])
def test_end_with_numbers_beyond_reason_keeps_the_rest(cost):
    write("end", {**END, "cost": [cost, "KES"], "hops": 2**40})

    folding.fold_ends(find)

    call = Call.objects.get()
    assert (call.cost, call.hops, call.status, call.milliseconds) == (None, None, "Success", 41200)
