"""An invitation: one link, once, for three days, and what ends it before."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY

from people import inviting
from people.inviting import NotInvited, WrongCode
from people.models import AuditEntry, Invitation, PageSession, Staff
from people.sessions import SessionStore
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
LONG = "a long and unusual sentence"
HOUR = timedelta(hours=1)


@pytest.fixture
def amina() -> Staff:
    return Staff.objects.create(username="amina")


def refused(token, at=NOON, accept=False):
    """Whether the link is refused."""
    try:
        inviting.accept(token, LONG, at=at) if accept else inviting.invited(token, at=at)
    except NotInvited:
        return True
    return False


def test_link_sets_the_password_once(amina):
    link = inviting.link(amina, by=None, at=NOON)

    account = inviting.accept(link.token, LONG, at=NOON + HOUR)

    assert (account, Staff.objects.get().check_password(LONG)) == (amina, True)
    assert (refused(link.token), refused(link.token, accept=True)) == (True, True)


def test_link_is_kept_as_a_digest_alone(amina):
    link = inviting.link(amina, by=None, at=NOON)

    kept = str(list(Invitation.objects.values()))
    told = str(list(AuditEntry.objects.values()))
    assert (link.token in kept, link.token in told, len(link.token)) == (False, False, 43)


@pytest.mark.parametrize(("hours", "over"), [(71, False), (73, True)])
def test_link_holds_three_days(amina, hours, over):
    link = inviting.link(amina, by=None, at=NOON)

    assert refused(link.token, at=NOON + hours * HOUR) == over


def test_newer_link_takes_the_place_of_an_older_one(amina):
    old = inviting.link(amina, by=None, at=NOON)
    new = inviting.link(amina, by=None, at=NOON)

    assert (refused(old.token), refused(new.token)) == (True, False)


def test_link_of_a_closed_account_is_refused(amina):
    link = inviting.link(amina, by=None, at=NOON)
    Staff.objects.update(is_active=False)

    assert refused(link.token)


@pytest.mark.parametrize("token", ["", "x", "\N{SNOWMAN}" * 300])
def test_unknown_link_is_refused(token):
    assert refused(token)


def test_new_password_ends_the_sessions(amina):
    store = SessionStore()
    store[SESSION_KEY] = str(amina.pk)
    store.save()

    inviting.accept(inviting.link(amina, by=None, at=NOON).token, LONG, at=NOON)

    assert PageSession.objects.count() == 0


def test_links_and_their_use_are_on_record(amina):
    by = Staff.objects.create(username="berhane")
    inviting.accept(inviting.link(amina, by=by, at=NOON).token, LONG, at=NOON)

    entries = AuditEntry.objects.order_by("sequence").values_list("name", "what", "details")
    assert list(entries) == [
        ("berhane", "link to set a password", {"account": "amina", "until": "2026-03-05 12:00"}),
        ("amina", "password set by link", {}),
    ]


# --- the code that belongs to a link -----------------------------------------------------------------------


@pytest.fixture
def coded(amina):
    """A link that opens with its code alone, and the code."""
    code = inviting.new_code()
    return inviting.link(amina, by=None, at=NOON, code=inviting.sealed(code)).token, code


def tried(token, *codes):
    """What comes of each code."""
    found = []
    for code in codes:
        try:
            inviting.accept(token, LONG, code=code, at=NOON)
            found.append("set")
        except (NotInvited, WrongCode) as refusal:
            found.append(type(refusal).__name__)
    return found


def test_code_is_ten_signs_of_which_none_looks_like_another():
    codes = {inviting.new_code() for _each in range(50)}

    assert (len(codes), {len(code) for code in codes}) == (50, {11})
    assert set("".join(codes)) & set("IO01") == set()


def test_link_with_a_code_opens_once_and_with_it_alone(coded):
    token, code = coded

    assert tried(token, "", "K7QPM-2XRWD", code, code) == [
        "WrongCode",
        "WrongCode",
        "set",
        "NotInvited",
    ]


@pytest.mark.parametrize("written", [str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_code_is_taken_as_people_write_it(coded, written):
    token, code = coded

    assert tried(token, written(code)) == ["set"]


def test_link_is_worth_nothing_after_eight_wrong_codes(coded):
    token, code = coded

    assert tried(token, *["x"] * 8, code) == ["WrongCode"] * 8 + ["NotInvited"]
    told = AuditEntry.objects.filter(kind="refused").values_list("what", "details")
    assert list(told) == [("link void: wrong codes", {"account": "amina"})]


def test_link_says_whether_it_asks_for_a_code(amina, coded):
    asked = inviting.asks_code(coded[0], at=NOON)

    plain = inviting.link(amina, by=None, at=NOON).token

    assert (asked, inviting.asks_code(plain, at=NOON)) == (True, False)
