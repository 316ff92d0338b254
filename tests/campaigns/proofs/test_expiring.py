"""What expires: each warning once, and on the day people read the designed words instead of a number."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.editions.edition import Kind
from campaigns.editions.problems import Problem
from campaigns.models import Alert, Edition, Fact, Referral, Text
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from campaigns.proofs import expiring, proving
from campaigns.proofs.citing import uses
from tests.campaigns import living
from tests.campaigns.living import CHILD, DJIBOUTI, MONTH, POLICE, TODAY, days

pytestmark = pytest.mark.django_db
NONE = "(no number for your country yet)"
LAST = 30  # days until the first number of `living` lapses


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return living.shelf_in(tmp_path)


@pytest.fixture
def live(shelf: Shelf):
    living.prepare()
    return living.published(shelf)


def refilled(shelf: Shelf, day: int):
    done = expiring.refill_lapsed(at=days(day), shelf=shelf)
    assert done is not None
    return done


def help_screen(edition) -> str:
    pages = edition.menus["KE", "en"].pages
    return "".join(pages[place].text for place in pages if place.startswith("help"))


def told() -> list[str]:
    alert = Alert.objects.get(thing="edition")
    return [Problem.from_json(one).sentence() for one in alert.detail]


# --- a number lapses ------------------------------------------------------------------------------


def test_nothing_is_done_while_all_proofs_hold(live, shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert expiring.refill_lapsed(at=days(LAST - 1), shelf=shelf) is None


def test_nothing_is_done_where_nothing_is_live(shelf):
    assert expiring.refill_lapsed(at=days(0), shelf=shelf) is None


def test_number_that_lapses_gives_the_designed_words(live, shelf):
    edition = refilled(shelf, LAST).edition

    assert shelf.current(simulated=False) == edition
    assert CHILD in living.everything(live, "KE")
    assert CHILD not in living.everything(edition, "KE")
    assert f"child help: {NONE}" in edition.fill("child help: {child}", "en", "KE")


def test_help_screen_keeps_what_holds_and_never_shows_a_neighbours_number(live, shelf):
    edition = refilled(shelf, LAST).edition

    assert (POLICE in help_screen(edition), CHILD in help_screen(edition)) == (True, False)
    assert DJIBOUTI not in living.everything(edition, "KE")


def test_country_whose_last_number_lapses_is_told_so_on_its_help_screen(live, shelf):
    words = live.ui("en", "number.nothing")

    edition = refilled(shelf, 95).edition

    assert "0000 71" not in living.everything(edition, "KE") + living.everything(edition, "DJ")
    help_text = " ".join(edition.menus["KE", "en"].pages["help"].text.split())
    assert " ".join(words.split())[:40] in help_text


def test_open_session_keeps_its_edition(live, shelf):
    refilled(shelf, LAST)

    assert shelf.get(live.id) == live
    assert CHILD in living.everything(shelf.get(live.id), "KE")


def test_refilled_edition_lapses_with_the_next_number_and_not_before(live, shelf):
    edition = refilled(shelf, LAST).edition

    row = Edition.objects.get(hash=edition.id)
    assert (row.lapses_on, row.reason) == (TODAY + 2 * MONTH, "expired")
    assert expiring.refill_lapsed(at=days(LAST), shelf=shelf) is None


def test_staff_are_told_what_went_without_the_number(live, shelf, caplog):
    with caplog.at_level(logging.INFO):
        alerts = refilled(shelf, LAST).alerts

    assert [(alert.thing, alert.code, alert.days) for alert in alerts] == [("edition", live.id, 0)]
    assert told() == ["child line (KE) is not shown any more: no proof of its number holds."]
    assert "0000" not in caplog.text + str(alerts[0].detail)


def test_demonstration_does_not_lapse(shelf):
    living.prepare()
    Referral.objects.update(fictitious=True)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=days(0), shelf=shelf)

    assert expiring.refill_lapsed(at=days(400), shelf=shelf) is None


def test_number_renewed_in_time_goes_on_without_an_alert(live, shelf):
    Referral.objects.filter(code="KE-01").update(expires=TODAY + 5 * MONTH)

    done = refilled(shelf, LAST)

    assert CHILD in living.everything(done.edition, "KE")
    assert (done.alerts, Alert.objects.count()) == ((), 0)


# --- a proof is taken or given --------------------------------------------------------------------


def look(number: str, day: int = 3) -> proving.Look:
    return proving.Look(living.hire("administrator"), days(day), number)


def test_number_that_does_not_work_goes_at_the_next_beat(live, shelf):
    proving.dead("KE-02", look(POLICE))

    edition = refilled(shelf, 3).edition

    assert POLICE not in living.everything(edition, "KE")
    assert CHILD in living.everything(edition, "KE")


def test_number_proven_again_comes_back_at_the_next_beat(live, shelf):
    refilled(shelf, LAST)
    proving.called("KE-01", look(CHILD, LAST + 1))

    edition = refilled(shelf, LAST + 1).edition

    assert CHILD in living.everything(edition, "KE")
    assert Edition.objects.get(hash=edition.id).lapses_on == TODAY + 2 * MONTH


def test_two_proofs_taken_on_one_day_are_both_told(live, shelf):
    for code, number in (("KE-01", CHILD), ("KE-02", POLICE)):
        proving.dead(code, look(number))
        refilled(shelf, 3)

    assert Alert.objects.filter(thing="edition").count() == 2


# --- a figure lapses ------------------------------------------------------------------------------


def test_text_whose_figure_lapses_is_left_out_and_told(live, shelf):
    fact, code = a_figure(live)
    Fact.objects.filter(code=fact).update(expires=TODAY + timedelta(days=5))
    living.published(shelf, days(1))

    edition = refilled(shelf, 5).edition

    assert "en" not in edition.items[code].texts
    assert f"it rests on {fact}, which does not hold, and is left out." in told()


def test_figure_that_lapsed_gives_way_to_an_earlier_approved_text_when_published(live, shelf):
    fact, code = a_figure(live)
    old = Text.objects.get(item__code=code, language="en")
    newer = old.body
    old.body = old.sms = old.ussd = "Many. {menu:safe-ways} {menu:asylum}"
    old.save()
    Text.objects.create(
        item=old.item,
        language="en",
        title=old.title,
        short=old.short,
        body=newer,
        digest="new",
        status="approved",
        approver=old.approver,
        approved_at=days(0),
        made_at=days(0),
    )
    Fact.objects.filter(code=fact).update(expires=TODAY + timedelta(days=5))

    edition = living.published(shelf, days(6))

    assert edition.items[code].texts["en"].body == "Many. {menu:safe-ways} {menu:asylum}"


def test_core_text_with_a_lapsed_figure_does_not_take_the_language_away(live, shelf):
    fact, code = a_figure(live)
    Text.objects.get(item__code=code, language="en").item.__class__.objects.filter(
        code=code
    ).update(core=True)
    Fact.objects.filter(code=fact).update(expires=TODAY + timedelta(days=5))
    living.published(shelf, days(1))

    edition = refilled(shelf, 5).edition

    assert set(edition.words) == set(live.words)
    assert edition.menus["KE", "en"].pages["main"].text == live.menus["KE", "en"].pages["main"].text


def a_figure(edition) -> tuple[str, str]:
    """A fact, and a question in a menu whose English text rests on it."""
    return next(
        (fact, use.item)
        for fact, found in sorted(uses().items())
        for use in found
        if edition.items.get(use.item) and edition.items[use.item].kind == "faq"
    )


# --- what cannot be made again as it should be ----------------------------------------------------


def test_refused_refill_still_takes_the_number_out(live, shelf):
    fact, code = a_figure(live)
    Fact.objects.filter(code=fact).update(figures=[], years=[])

    done = refilled(shelf, LAST)

    assert CHILD not in living.everything(done.edition, "KE")
    assert f"child help: {NONE}" in done.edition.fill("child help: {child}", "en", "KE")
    assert done.edition.answer(code, "en", "KE") == live.answer(code, "en", "KE")
    assert NONE not in help_screen(done.edition)  # made anew: the line of that number is not there
    assert [one for one in told() if one.startswith("nobody knows the token")] != []


def test_all_lapsing_at_once_leaves_no_number_whatever_is_refused(live, shelf):
    Fact.objects.update(expires=TODAY + timedelta(days=LAST))
    Referral.objects.update(expires=TODAY + timedelta(days=LAST))
    living.published(shelf, days(1))

    edition = refilled(shelf, LAST).edition

    assert edition.numbers == ()
    assert "0000 71" not in living.everything(edition, "KE") + living.everything(edition, "DJ")


@pytest.mark.parametrize("source", ["", '{"nodes": []}', "nonsense"])
def test_edition_that_kept_no_content_has_the_number_struck_from_its_screens(live, shelf, source):
    Edition.objects.update(source=source)

    done = refilled(shelf, LAST)

    assert CHILD not in living.everything(done.edition, "KE")
    assert POLICE in living.everything(done.edition, "KE")
    assert "publish anew" in " ".join(told())
    assert expiring.refill_lapsed(at=days(LAST), shelf=shelf) is None


def test_refused_refill_that_shows_nothing_lapsed_leaves_the_edition_alone(live, shelf):
    Edition.objects.update(source="", lapses_on=TODAY)

    done = refilled(shelf, 1)

    assert (done.edition, shelf.current(simulated=False)) == (None, live)
    assert Edition.objects.get().lapses_on == TODAY + MONTH


def test_edition_that_cannot_be_read_is_tried_again_the_day_after(live, shelf):
    Edition.objects.update(source="", body="nonsense", lapses_on=TODAY)

    done = refilled(shelf, 1)

    assert done.edition is None
    assert Edition.objects.get().lapses_on == TODAY + timedelta(days=2)


# --- warnings -------------------------------------------------------------------------------------


def warned(*on: int) -> list[tuple[int, str, int]]:
    """(day, code, step) of the warnings that a beat on each of these days gives about numbers."""
    return [
        (day, alert.code, alert.days)
        for day in on
        for alert in expiring.warn(at=days(day))
        if alert.thing == "number"
    ]


def test_each_warning_is_given_exactly_once():
    living.entry("KE-01", CHILD, "child", until=TODAY + MONTH)

    assert warned(*sorted([*range(-2, 34)] * 2)) == [
        (0, "KE-01", 30),
        (23, "KE-01", 7),
        (29, "KE-01", 1),
        (30, "KE-01", 0),
    ]


@pytest.mark.parametrize(("day", "step"), [(5, 30), (25, 7), (29, 1), (30, 0), (300, 0)])
def test_only_the_nearest_step_is_told_after_days_without_a_beat(day, step):
    living.entry("KE-01", CHILD, "child", until=TODAY + MONTH)

    assert warned(day, day) == [(day, "KE-01", step)]


def test_new_proof_is_warned_of_anew():
    row = living.entry("KE-01", CHILD, "child", until=TODAY + MONTH)
    first = warned(25)
    row.expires = TODAY + 3 * MONTH
    row.save()

    assert (first, warned(30, 83)) == ([(25, "KE-01", 7)], [(83, "KE-01", 7)])


@pytest.mark.parametrize(
    "values", [{"fictitious": True}, {"verified_by_call_on": None}, {"number": ""}]
)
def test_nobody_is_warned_of_what_was_never_proven(values):
    row = living.entry("KE-01", CHILD, "child", until=TODAY + MONTH)
    Referral.objects.filter(pk=row.pk).update(**values)

    assert warned(29) == []


def test_facts_are_warned_of_only_where_a_text_rests_on_them():
    living.prepare()
    used, unused = a_used_fact(), "F99"
    Fact.objects.create(code=unused, theme="x", claim="y")
    Fact.objects.filter(code__in=[used, unused]).update(expires=TODAY + timedelta(days=7))

    codes = {alert.code for alert in expiring.warn(at=days(0)) if alert.thing == "fact"}

    assert codes == {used}


def a_used_fact() -> str:
    return min(uses())


def test_warnings_are_logged_without_the_number(caplog):
    living.entry("KE-01", CHILD, "child", until=TODAY + MONTH)

    with caplog.at_level(logging.INFO):
        expiring.warn(at=days(29))

    assert caplog.messages == ["number KE-01: its proof ends on 2026-03-31"]
