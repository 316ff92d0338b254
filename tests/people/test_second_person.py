"""What takes two people: neither of them, alone, gives a guarded role or gets hold of an account that holds one."""

from datetime import timedelta

import pytest

from people import accounts, inviting, second, staff
from people.accounts import Deed, Done, NotAllowed
from people.countries import CODES
from people.inviting import NotInvited, WrongCode
from people.models import AuditEntry, Invitation, PageSession, Proposal, Staff
from tests.people.codes import SECRET, code
from tests.people.hiring import GUARDED, hired, roles_of, says
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LONG = "a long and unusual sentence"


@pytest.fixture(autouse=True)
def roles():
    staff.install_roles()


@pytest.fixture
def boss() -> Staff:
    return hired("boss", "administrator")


def opens(token: str, given: str) -> bool:
    """Whether link and code set a password."""
    try:
        inviting.accept(token, LONG, code=given, at=NOON)
    except (WrongCode, NotInvited):
        return False
    return True


def confirmed(done: Done, by: Staff) -> Done:
    assert done.proposal is not None
    return accounts.accept(done.proposal, by=by, at=NOON)


def token(done: Done) -> str:
    assert done.link is not None
    return done.link.token


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


def test_approver_alone_cannot_confirm(boss):
    done = accounts.change(hired("amina"), "approver", ["KE"], by=boss, at=NOON)
    hired("other", "approver")
    assert done.proposal is not None

    assert list(accounts.second_people(done.proposal)) == []


def test_link_for_a_guarded_account_goes_to_who_confirms(boss):
    done = accounts.new_link(hired("officer", "protection"), by=boss, at=NOON)
    assert done.proposal is not None

    confirmed = accounts.accept(done.proposal, by=hired("second", "administrator"), at=NOON)

    assert (done.proposal.deed, done.link) == (Deed.LINK, None)
    assert confirmed.link is not None
    assert inviting.invited(confirmed.link.token, at=NOON).username == "officer"


@pytest.mark.parametrize("role", GUARDED)
def test_link_of_a_guarded_role_opens_with_the_proposers_code_alone(boss, role):
    done = accounts.invite("amina", role, CODES, by=boss, at=NOON)

    shown = confirmed(done, hired("second", "administrator"))

    assert (done.link, shown.code, roles_of(shown.account)) == (None, "", [role])
    assert [opens(token(shown), given) for given in ("", "AAAAA-AAAAA", done.code)] == [
        False,
        False,
        True,
    ]
    assert Staff.objects.get(username="amina").check_password(LONG)


@pytest.mark.parametrize("role", GUARDED)
def test_administrator_alone_gets_no_way_into_a_guarded_account(boss, role):
    """New link, end of the second step, the role itself: each takes a second person."""
    held = hired("held", role)

    acts = [
        accounts.new_link(held, by=boss, at=NOON),
        accounts.reset_second(held, by=boss, at=NOON),
    ]

    assert [done.link for done in acts] == [None, None]
    assert [says(accounts.accept, done.proposal, by=boss) for done in acts] == [
        "Somebody else must confirm this."
    ] * 2
    assert (held.check_password("x"), Invitation.objects.count()) == (True, 0)


def test_account_that_one_administrator_had_opened_begins_anew_with_a_guarded_role(boss):
    """A made-up colleague: invited as a translator, signed in, and proposed by the same administrator."""
    made = accounts.invite("amina", "translator", CODES, by=boss, at=NOON)
    inviting.accept(token(made), LONG, at=NOON)
    mine = Staff.objects.get(username="amina")
    second.add_app(mine, SECRET, code(NOON), at=NOON)
    done = accounts.change(mine, "approver", CODES, by=boss, at=NOON)
    spare = accounts.new_link(mine, by=boss, at=NOON)  # no guarded account yet

    confirmed(done, hired("second", "administrator"))

    mine.refresh_from_db()
    assert (roles_of(mine), mine.has_usable_password(), second.has(mine)) == (
        ["approver"],
        False,
        False,
    )
    assert [opens(token(each), done.code) for each in (made, spare)] == [False, False]


def test_guarded_role_signs_out_whoever_was_in(boss, client):
    amina = hired("amina")
    client.force_login(amina)
    done = accounts.change(amina, "approver", ["KE"], by=boss, at=NOON)
    before = PageSession.objects.filter(staff=amina).count()

    confirmed(done, hired("second", "administrator"))

    assert (before, PageSession.objects.filter(staff=amina).count()) == (1, 0)


def test_two_confirmations_leave_nobody_with_two_accounts(boss):
    """One administrator confirms an approver and an officer, and holds the links: neither opens."""
    keen = hired("keen", "administrator")
    wished = [
        accounts.invite(name, name, ["KE"], by=boss, at=NOON) for name in ("approver", "protection")
    ]

    held = [token(confirmed(done, keen)) for done in wished]

    swapped = [opens(held[0], wished[1].code), opens(held[1], wished[0].code)]
    assert ([opens(each, "") for each in held], swapped) == ([False] * 2, [False] * 2)


def test_second_step_of_an_approver_is_taken_away_by_two(boss):
    held = hired("held", "approver")
    second.add_app(held, SECRET, code(NOON), at=NOON)

    done = accounts.reset_second(held, by=boss, at=NOON)
    before = second.has(held)
    shown = confirmed(done, hired("second", "administrator"))

    assert (done.code, before, second.has(held), shown.link) == ("", True, False, None)


def test_code_is_kept_sealed(boss):
    done = accounts.invite("amina", "approver", ["KE"], by=boss, at=NOON)

    kept = str([*Proposal.objects.values(), *AuditEntry.objects.values()])
    assert (len(done.code), done.code in kept, done.code.replace("-", "") in kept) == (
        11,
        False,
        False,
    )


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
        ("staff", "second", "link to set a password"),
    ]
    assert AuditEntry.objects.get(kind="role").details["proposed_by"] == "boss"
