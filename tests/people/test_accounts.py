from datetime import timedelta

import pytest

from people import accounts, inviting, staff
from people.accounts import Deed, NotAllowed
from people.countries import CODES
from people.models import AuditEntry, Proposal, Staff
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def roles():
    staff.install_roles()


def hired(name: str, role: str = "translator", *countries: str) -> Staff:
    return staff.hire(name, role, countries=countries or ("KE",), password="x")


@pytest.fixture
def boss() -> Staff:
    return hired("boss", "administrator")


def roles_of(account: Staff) -> list[str]:
    return Staff.objects.get(pk=account.pk).role_names


def says(act, *words, **options) -> str:
    """Why it is not allowed; "" where it is."""
    try:
        act(*words, at=NOON, **options)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


# --- inviting -------------------------------------------------------------------------------------------


def test_invite_makes_an_account_that_only_its_link_opens(boss):
    done = accounts.invite("amina", "manager", ["UG", "KE"], by=boss, at=NOON)

    assert done.link is not None
    account = inviting.invited(done.link.token, at=NOON)
    assert (account.username, account.countries, roles_of(account), account.is_staff) == (
        "amina",
        ["KE", "UG"],
        ["manager"],
        True,
    )
    assert (account.has_usable_password(), done.proposal) == (False, None)


@pytest.mark.parametrize("role", sorted(staff.GUARDED))
def test_invited_into_a_guarded_role_waits_without_one(boss, role):
    done = accounts.invite("amina", role, CODES, by=boss, at=NOON)

    assert done.proposal is not None
    assert (done.proposal.role, roles_of(done.account)) == (role, [])


def test_invite_refuses(boss):
    hired("amina")
    near = hired("near", "administrator")
    Staff.objects.filter(pk=near.pk).update(countries=["KE"])
    near.refresh_from_db()

    assert says(accounts.invite, "AMINA", "manager", ["KE"], by=boss).startswith("There is an")
    assert says(accounts.invite, "b", "manager", ["ET"], by=near).startswith("You can give only")
    assert says(accounts.invite, "b", "manager", ["KE"], by=hired("m", "manager")) != ""
    assert says(accounts.invite, "b", "administrator", ["KE"], by=boss).startswith("An admin")
    assert Staff.objects.filter(username="b").count() == 0


# --- changing -------------------------------------------------------------------------------------------


def test_change_gives_another_role_and_other_countries(boss):
    amina = hired("amina")

    accounts.change(amina, "manager", ["ET"], by=boss, at=NOON)

    amina.refresh_from_db()
    assert (roles_of(amina), amina.countries, amina.is_staff) == (["manager"], ["ET"], True)


def test_change_can_take_every_role_away(boss):
    amina = hired("amina", "manager")

    accounts.change(amina, "", ["KE"], by=boss, at=NOON)

    amina.refresh_from_db()
    assert (roles_of(amina), amina.is_staff) == ([], False)


def test_change_of_nothing_leaves_no_entry(boss):
    accounts.change(hired("amina"), "translator", ["KE"], by=boss, at=NOON)

    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("act", [accounts.close, accounts.open_again, accounts.new_link])
def test_nobody_changes_the_own_account(boss, act):
    assert says(act, boss, by=boss) == "Somebody else must change your own account."
    assert says(accounts.change, boss, "protection", CODES, by=boss).startswith("Somebody else")


@pytest.mark.parametrize("act", [accounts.close, accounts.open_again, accounts.new_link])
def test_accounts_of_other_countries_are_out_of_reach(act):
    near = hired("near", "administrator")
    Staff.objects.filter(pk=near.pk).update(countries=["KE"])
    near.refresh_from_db()

    assert says(act, hired("far", "translator", "KE", "ET"), by=near).startswith("This account")


@pytest.mark.parametrize("role", ["manager", "approver", "translator", "monitoring", "protection"])
def test_only_administrators_change_accounts(role):
    by, amina = hired("by", role), hired("amina")

    assert says(accounts.close, amina, by=by) == "Your role does not include this."
    assert says(accounts.change, amina, "manager", ["KE"], by=by) != ""
    assert says(accounts.new_link, amina, by=by) != ""


def test_close_takes_role_sessions_and_what_waits(boss, client):
    amina = hired("amina")
    client.force_login(amina)
    accounts.change(amina, "protection", ["KE"], by=boss, at=NOON)

    accounts.close(amina, by=boss, at=NOON)

    amina.refresh_from_db()
    assert (amina.is_active, roles_of(amina), Proposal.objects.count()) == (False, [], 0)
    assert client.get("/").status_code == 302
    assert says(accounts.change, amina, "manager", ["KE"], by=boss) == "This account is closed."


def test_open_again_gives_no_role(boss):
    officer = hired("officer", "protection")
    accounts.close(officer, by=boss, at=NOON)

    accounts.open_again(officer, by=boss, at=NOON)

    officer.refresh_from_db()
    assert (officer.is_active, roles_of(officer)) == (True, [])


def test_last_administrator_stays(boss):
    other = hired("other", "administrator")
    accounts.close(boss, by=other, at=NOON)
    Staff.objects.filter(pk=boss.pk).update(is_active=True)  # without a role: changes nothing
    third = hired("third", "administrator")
    accounts.change(third, "manager", CODES, by=other, at=NOON)
    outside = Staff.objects.create(username="root", countries=list(CODES), is_superuser=True)

    assert says(accounts.close, other, by=outside).startswith("This is the last administrator")
    assert says(accounts.change, other, "manager", CODES, by=outside).startswith("This is the last")
    assert roles_of(other) == ["administrator"]


# --- a second person ------------------------------------------------------------------------------------


@pytest.fixture
def proposal(boss) -> Proposal:
    done = accounts.change(hired("amina"), "protection", ["KE"], by=boss, at=NOON)
    assert done.proposal is not None
    return done.proposal


def test_protection_is_not_given_by_one_alone(boss, proposal):
    assert (roles_of(proposal.account), accounts.may_decide(proposal, boss)) == (
        ["translator"],
        False,
    )
    assert says(accounts.accept, proposal, by=boss) == "Somebody else must confirm this."
    assert roles_of(proposal.account) == ["translator"]


@pytest.mark.parametrize("role", ["administrator", "protection"])
def test_second_administrator_or_an_officer_confirms(proposal, role):
    accounts.accept(proposal, by=hired("second", role), at=NOON)

    assert roles_of(proposal.account) == ["protection"]
    assert Proposal.objects.get().accepted is True


@pytest.mark.parametrize("role", ["manager", "approver", "translator", "monitoring"])
def test_nobody_else_confirms(proposal, role):
    assert says(accounts.accept, proposal, by=hired("second", role)) != ""
    assert roles_of(proposal.account) == ["translator"]


def test_whom_it_concerns_does_not_confirm(boss):
    officer = hired("officer", "protection")
    done = accounts.new_link(officer, by=boss, at=NOON)

    assert done.link is None
    assert says(accounts.accept, done.proposal, by=officer) == "Somebody else must confirm this."


def test_officer_of_another_country_does_not_see_it(proposal):
    far = hired("far", "protection", "ET")

    assert list(accounts.proposals_for(far, at=NOON)) == []
    assert says(accounts.accept, proposal, by=far) == "This was decided already."


def test_administrators_are_confirmed_by_administrators_alone(boss):
    amina = hired("amina", "translator", *CODES)
    done = accounts.change(amina, "administrator", CODES, by=boss, at=NOON)
    assert done.proposal is not None
    officer, second = hired("o", "protection", *CODES), hired("second", "administrator")

    assert says(accounts.accept, done.proposal, by=officer) == "Somebody else must confirm this."
    accounts.accept(done.proposal, by=second, at=NOON)
    assert roles_of(amina) == ["administrator"]


def test_link_for_a_guarded_account_goes_to_who_confirms(boss):
    done = accounts.new_link(hired("officer", "protection"), by=boss, at=NOON)
    assert done.proposal is not None

    confirmed = accounts.accept(done.proposal, by=hired("second", "administrator"), at=NOON)

    assert (done.proposal.deed, done.link) == (Deed.LINK, None)
    assert confirmed.link is not None
    assert inviting.invited(confirmed.link.token, at=NOON).username == "officer"


def test_proposal_is_void_after_a_week(proposal):
    second = hired("second", "administrator")

    with pytest.raises(NotAllowed):
        accounts.accept(proposal, by=second, at=NOON + 8 * DAY)


def test_proposal_of_who_lost_the_role_is_void(boss, proposal):
    second = hired("second", "administrator")
    accounts.close(boss, by=second, at=NOON)

    assert says(accounts.accept, proposal, by=second).startswith("Whoever proposed it")
    assert roles_of(proposal.account) == ["translator"]


@pytest.mark.parametrize("who", ["boss", "second"])
def test_proposal_is_declined_or_taken_back(boss, proposal, who):
    second = hired("second", "administrator")

    accounts.decline(proposal, by={"boss": boss, "second": second}[who], at=NOON)

    assert (Proposal.objects.get().accepted, roles_of(proposal.account)) == (False, ["translator"])
    assert says(accounts.accept, proposal, by=second) == "This was decided already."


def test_newer_proposal_takes_the_place_of_an_older_one(boss, proposal):
    accounts.change(proposal.account, "protection", ["KE"], by=boss, at=NOON)

    assert Proposal.objects.count() == 1


def test_second_people_are_those_who_could_confirm(boss, proposal):
    assert list(accounts.second_people(proposal)) == []
    officer = hired("officer", "protection")
    hired("far", "protection", "ET")

    assert list(accounts.second_people(proposal)) == [officer]


def test_roles_given_by_two_name_both(boss, proposal):
    accounts.accept(proposal, by=hired("second", "administrator"), at=NOON)

    entries = AuditEntry.objects.order_by("sequence").values_list("kind", "name", "what")
    assert list(entries) == [
        ("staff", "boss", "proposed"),
        ("staff", "second", "proposal confirmed"),
        ("role", "second", "role given"),
    ]
    assert AuditEntry.objects.get(kind="role").details["proposed_by"] == "boss"
