"""Accounts of staff: invited, changed, closed, and each act that is refused with its reason."""

import pytest

from people import accounts, inviting, staff
from people.countries import CODES
from people.models import AuditEntry, Invitation, Proposal, Staff
from tests.people.hiring import GUARDED, hired, roles_of, says
from tests.people.made import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roles():
    staff.install_roles()


@pytest.fixture
def boss() -> Staff:
    return hired("boss", "administrator")


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


@pytest.mark.parametrize("role", GUARDED)
def test_invited_into_a_guarded_role_waits_without_role_or_link(boss, role):
    done = accounts.invite("amina", role, CODES, by=boss, at=NOON)

    assert done.proposal is not None
    assert (done.proposal.role, roles_of(done.account)) == (role, [])
    assert (done.link, Invitation.objects.count()) == (None, 0)


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
