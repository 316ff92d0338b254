"""Who may prove what, how long it holds, and what takes a proof away again."""

from datetime import timedelta

import pytest

from campaigns.editions.problems import MOVED, Refused
from campaigns.models import Alert, Edition, Fact, Proof, Referral
from campaigns.proofs import proving
from people.models import Staff
from tests.campaigns import living
from tests.campaigns.living import CHILD, TODAY
from tests.published import AT

pytestmark = pytest.mark.django_db
PROOF = ("verified_by", "verified_by_call_on", "expires")
NEVER = {"verified_by_call_on": None, "until": None}


@pytest.fixture
def officer():
    return living.hire("protection", "KE")


def look(by, shown=CHILD, **values):
    return proving.Look(by, AT, shown, **values)


def proof(code="KE-01"):
    row = Referral.objects.get(code=code)
    return tuple(getattr(row, name) for name in PROOF)


def kept():
    return list(Proof.objects.values_list("code", "outcome", "until"))


def refused(function, *arguments, **named) -> str:
    with pytest.raises(Refused) as refusal:
        function(*arguments, **named)
    return refusal.value.problems[0].sentence()


def live() -> Edition:
    return Edition.objects.create(hash="ab", kind="live", body="", published_at=AT)


# --- numbers --------------------------------------------------------------------------------------


def test_call_that_was_answered_holds_for_ninety_days_and_is_kept(officer):
    living.entry("KE-01", CHILD, "child", **NEVER)

    proving.called("KE-01", look(officer))

    until = TODAY + timedelta(days=90)
    assert proof() == (officer, TODAY, until)
    assert kept() == [("KE-01", "answered", until)]


def test_proof_may_hold_shorter_or_for_half_a_year(officer):
    living.entry("KE-01", CHILD, "child", **NEVER)

    for days in (1, 180):
        until = TODAY + timedelta(days=days)
        proving.called("KE-01", look(officer, until=until))
        assert proof() == (officer, TODAY, until)


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_proof_holds_neither_backwards_nor_for_ever(officer, days):
    living.entry("KE-01", CHILD, "child", **NEVER)
    until = TODAY + timedelta(days=days)

    said = refused(proving.called, "KE-01", look(officer, until=until))

    assert said == "a proof holds for 180 days at most, from tomorrow on."
    assert (proof(), kept()) == ((None, None, None), [])


@pytest.mark.parametrize("step", [proving.called, proving.dead])
def test_number_changed_meanwhile_is_not_what_was_called(officer, step):
    living.entry("KE-01", "0000 7999", "child", until=TODAY)

    assert refused(step, "KE-01", look(officer)) == MOVED


@pytest.mark.parametrize("step", [proving.called, proving.dead])
def test_invented_number_is_never_proven(officer, step):
    living.entry("KE-01", CHILD, "child", fictitious=True, **NEVER)

    assert refused(step, "KE-01", look(officer)) == proving.INVENTED


def test_entry_without_a_number_has_nothing_to_call(officer):
    living.entry("KE-01", "", "child", **NEVER)

    assert refused(proving.called, "KE-01", look(officer, "")) == proving.NO_NUMBER


@pytest.mark.parametrize("step", [proving.called, proving.dead])
def test_nobody_touches_another_countrys_number(officer, step):
    living.entry("ET-01", CHILD, "child", until=TODAY)

    assert refused(step, "ET-01", look(officer)) == proving.MAY_NOT


@pytest.mark.parametrize("role", ["manager", "approver", "translator", "monitoring"])
def test_other_roles_do_not_prove(role):
    living.entry("KE-01", CHILD, "child", **NEVER)

    assert refused(proving.called, "KE-01", look(living.hire(role))) == proving.MAY_NOT


def test_line_abroad_is_proven_by_who_holds_all_countries(officer):
    living.entry("SA-01", CHILD, "labour", **NEVER)

    assert refused(proving.called, "SA-01", look(officer)) == proving.MAY_NOT
    proving.called("SA-01", look(living.hire("administrator")))
    assert proof("SA-01")[1] == TODAY


def test_number_that_does_not_work_loses_its_proof_and_the_live_edition_follows(officer):
    living.entry("KE-01", CHILD, "child", until=TODAY + timedelta(days=60))
    row = live()

    proving.dead("KE-01", look(officer, note="no such number"))

    row.refresh_from_db()
    assert (proof(), row.lapses_on) == ((None, None, None), TODAY)
    assert list(Proof.objects.values_list("outcome", "note")) == [("dead", "no such number")]


def test_new_proof_settles_what_was_warned_of(officer):
    living.entry("KE-01", CHILD, "child", until=TODAY)
    for code in ("KE-01", "KE-02"):
        Alert.objects.create(thing="number", code=code, country="KE", expires=TODAY, days=0, at=AT)

    proving.called("KE-01", look(officer))

    assert list(Alert.objects.filter(seen_by=None).values_list("code", flat=True)) == ["KE-02"]


def test_no_look_keeps_the_number_itself(officer):
    living.entry("KE-01", CHILD, "child", **NEVER)

    proving.called("KE-01", look(officer))
    proving.dead("KE-01", look(officer))

    assert CHILD not in str(list(Proof.objects.values()))


# --- an entry is written --------------------------------------------------------------------------


def test_changed_number_takes_the_proof_away(officer):
    row = living.entry("KE-01", CHILD, "child", until=TODAY + timedelta(days=60))
    row.number = "0000 7999"

    proving.write_entry(row, {"number"}, by=officer, at=AT)

    assert (proof(), kept()) == ((None, None, None), [("KE-01", "changed", None)])


def test_other_changes_leave_the_proof_as_it_is(officer):
    until = TODAY + timedelta(days=60)
    row = living.entry("KE-01", CHILD, "child", until=until)
    row.hours, row.expires = "24h", TODAY + timedelta(days=9999)

    proving.write_entry(row, {"hours"}, by=officer, at=AT)

    assert (proof()[2], kept()) == (until, [("KE-01", "edited", None)])


def test_new_entries_get_codes_of_their_own(officer):
    for name in "AB":
        row = Referral(country="KE", name=name, number=CHILD)
        proving.write_entry(row, {"number"}, by=officer, at=AT)

    assert list(Referral.objects.order_by("pk").values_list("code", flat=True)) == [
        "KE-01",
        "KE-02",
    ]


def test_new_entry_is_never_proven_by_the_form(officer):
    row = Referral(country="KE", name="A", number=CHILD, expires=TODAY)

    proving.write_entry(row, {"number"}, by=officer, at=AT)

    assert (proof(), kept()) == ((None, None, None), [("KE-01", "added", None)])


def test_invented_entry_never_becomes_real(officer):
    row = living.entry("KE-01", CHILD, "child", fictitious=True, **NEVER)
    row.fictitious = False

    assert refused(proving.write_entry, row, {"number"}, by=officer, at=AT) == proving.INVENTED
    assert Referral.objects.get().fictitious


def test_entry_does_not_move_to_or_from_another_country(officer):
    row = living.entry("ET-01", CHILD, "child", **NEVER)
    row.country = "KE"

    assert refused(proving.write_entry, row, {"country"}, by=officer, at=AT) == proving.MAY_NOT


def test_codes_of_new_entries_fill_the_gaps():
    assert proving.next_entry_code("KE") == "KE-01"
    for code in ("KE-01", "KE-03", "KE-POLICE"):
        living.entry(code, CHILD, "child", **NEVER)
    assert proving.next_entry_code("KE") == "KE-02"


# --- figures --------------------------------------------------------------------------------------


@pytest.fixture
def fact():
    return Fact.objects.create(
        code="F01", theme="east", claim="many died", figures=["922"], years=["2025"]
    )


@pytest.fixture
def manager():
    return living.hire("manager", "KE")


def test_figure_that_was_looked_up_holds_for_ninety_days(manager, fact):
    proving.looked_up("F01", look(manager, proving.told(fact)))

    fact.refresh_from_db()
    until = TODAY + timedelta(days=90)
    assert (fact.checked_by, fact.checked_on, fact.expires) == (manager, TODAY, until)
    assert kept() == [("F01", "holds", until)]


@pytest.mark.parametrize("step", [proving.looked_up, proving.contradicted])
def test_figures_changed_meanwhile_are_not_what_was_looked_up(manager, fact, step):
    shown = proving.told(fact)
    Fact.objects.update(figures=["923"])

    assert refused(step, "F01", look(manager, shown)) == MOVED


@pytest.mark.parametrize("role", ["approver", "translator", "monitoring", "protection"])
def test_other_roles_do_not_look_up(role, fact):
    said = refused(proving.looked_up, "F01", look(living.hire(role), proving.told(fact)))

    assert said == proving.MAY_NOT


def test_figure_the_source_does_not_give_any_more_loses_its_proof(manager, fact):
    proving.looked_up("F01", look(manager, proving.told(fact)))
    row = live()

    proving.contradicted("F01", look(manager, proving.told(fact)))

    fact.refresh_from_db()
    row.refresh_from_db()
    assert (fact.checked_on, fact.expires, row.lapses_on) == (None, None, TODAY)


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [("figures", ["923"], False), ("period", "2026", False), ("theme", "sea", True)],
)
def test_changed_figures_have_to_be_looked_up_again(manager, fact, name, value, holds):
    proving.looked_up("F01", look(manager, proving.told(fact)))
    fact.refresh_from_db()
    setattr(fact, name, value)

    proving.write_fact(fact, {name}, by=manager, at=AT)

    fact.refresh_from_db()
    assert (fact.expires is not None, getattr(fact, name)) == (holds, value)


def test_new_facts_take_the_next_free_code(manager, fact):
    Fact.objects.create(code="F99", theme="east", claim="x")
    new = Fact(theme="east", claim="y", expires=TODAY)

    proving.write_fact(new, set(), by=manager, at=AT)

    assert (new.code, new.expires, kept()) == ("F100", None, [("F100", "added", None)])


def test_translator_writes_no_fact(fact):
    translator = living.hire("translator")

    assert refused(proving.write_fact, fact, set(), by=translator, at=AT) == proving.MAY_NOT
    assert refused(proving.write_fact, Fact(), set(), by=translator, at=AT) == proving.MAY_NOT
    assert Staff.objects.count() == 1
