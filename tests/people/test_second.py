"""The second step: codes of an app and for recovery, each taken once, closed after many wrong ones."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator

from people import second, staff
from people.models import AuditEntry, Staff
from tests.people.codes import SECRET, code
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def amina() -> Staff:
    return Staff.objects.create(username="amina")


@pytest.fixture
def ready(amina: Staff) -> Staff:
    """Set up an hour ago."""
    then = NOON - 60 * MINUTE
    assert second.add_app(amina, SECRET, code(then), at=then)
    return amina


# --- codes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "known"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_rfc_6238(seconds, known):
    at = datetime.fromtimestamp(seconds, tz=NOON.tzinfo)

    assert second.counter_of(SECRET, known, at) == seconds // 30


@pytest.mark.parametrize(("late", "right"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clock_of_the_phone_may_be_half_a_minute_wrong(ready, late, right):
    assert second.check(ready, code(NOON + timedelta(seconds=late)), at=NOON) == right


def test_code_is_taken_once(ready):
    taken = code(NOON)

    assert [second.check(ready, taken, at=NOON + timedelta(seconds=20 * n)) for n in range(2)] == [
        True,
        False,
    ]


def test_older_code_is_not_taken_after_a_newer_one(ready):
    newer, older = code(NOON), code(NOON - timedelta(seconds=30))

    assert (second.check(ready, newer, at=NOON), second.check(ready, older, at=NOON)) == (
        True,
        False,
    )


@pytest.mark.parametrize("given", ["", "abc", "12345", "1234567", "٣٤٥٦٧٨", "\0", "9" * 400])
def test_anything_else_is_no_code(ready, given):
    assert not second.check(ready, given, at=NOON)


def test_code_may_be_typed_with_spaces(ready):
    now = code(NOON)

    assert second.check(ready, f" {now[:3]} {now[3:]} ", at=NOON)


def test_code_of_a_colleague_is_worth_nothing(ready):
    other = Staff.objects.create(username="other")

    assert not second.check(other, code(NOON), at=NOON)


def test_recovery_code_is_taken_once_and_is_on_record(ready):
    codes = second.new_codes(ready, at=NOON)

    assert [second.check(ready, codes[0], at=NOON) for _time in range(2)] == [True, False]
    assert (len(codes), second.factors(ready).codes) == (10, 9)
    assert AuditEntry.objects.filter(what="recovery code used").count() == 1


def test_new_recovery_codes_take_the_place_of_the_old(ready):
    old, new = second.new_codes(ready, at=NOON), second.new_codes(ready, at=NOON)

    assert (second.check(ready, old[0], at=NOON), second.check(ready, new[0], at=NOON)) == (
        False,
        True,
    )


# --- wrong codes ----------------------------------------------------------------------------------------


def test_step_closes_after_eight_wrong_codes_for_half_an_hour(ready):
    for _time in range(7):
        second.missed(ready, at=NOON)
    ready.refresh_from_db()
    before = second.closed(ready, at=NOON)
    second.missed(ready, at=NOON)
    ready.refresh_from_db()

    assert (before, second.closed(ready, at=NOON + 29 * MINUTE)) == (False, True)
    assert not second.closed(ready, at=NOON + 30 * MINUTE)
    assert AuditEntry.objects.filter(kind="refused", name="amina").count() == 1


def test_wrong_codes_of_long_ago_do_not_count(ready):
    for place in range(12):
        second.missed(ready, at=NOON + place * 31 * MINUTE)
    ready.refresh_from_db()

    assert ready.second_wrong == 1


def test_right_code_forgets_the_wrong_ones(ready):
    second.missed(ready, at=NOON)
    second.passed(ready)
    ready.refresh_from_db()

    assert (ready.second_wrong, ready.second_wrong_at) == (0, None)


# --- what is kept ---------------------------------------------------------------------------------------


def test_secret_is_not_readable_in_the_table(ready):
    second.new_codes(ready, at=NOON)

    kept = str(list(Authenticator.objects.values()))
    assert (SECRET in kept, len(second.Adapter().decrypt(second.Adapter().encrypt("x")))) == (
        False,
        1,
    )


def test_former_key_opens_what_it_sealed(ready, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    assert second.check(ready, code(NOON), at=NOON)


def test_lost_key_opens_nothing_and_breaks_nothing(ready, settings):
    settings.SECRET_KEY = "another"

    assert not second.check(ready, code(NOON), at=NOON)


def test_wrong_first_code_sets_nothing_up(amina):
    assert not second.add_app(amina, SECRET, "000000", at=NOON)
    assert not second.has(amina)


def test_new_app_takes_the_place_of_the_old_one(ready):
    other = second.new_secret()

    assert second.add_app(ready, other, code(NOON, other), at=NOON)
    assert not second.check(ready, code(NOON + MINUTE), at=NOON + MINUTE)
    assert Authenticator.objects.count() == 1


def test_remove_takes_the_recovery_codes_with_the_last_way(ready):
    second.new_codes(ready, at=NOON)
    app = second.factors(ready).app
    assert app is not None

    assert second.remove(ready, app.pk, at=NOON)
    assert Authenticator.objects.count() == 0


def test_remove_leaves_what_is_a_colleagues(ready):
    app = second.factors(ready).app
    assert app is not None

    assert not second.remove(Staff.objects.create(username="other"), app.pk, at=NOON)
    assert second.has(ready)


# --- who needs it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        ("administrator", True),
        ("manager", False),
        ("approver", True),
        ("translator", False),
        ("monitoring", True),
        ("protection", True),
    ],
)
def test_roles_that_need_the_second_step(role, needed):
    staff.install_roles()

    assert second.needs(staff.hire("a", role, countries=["KE"], password="x")) == needed


def test_every_permission_that_takes_it_is_held_by_a_role():
    held = {word for role in staff.ROLES.values() for word in role.permissions}

    assert second.PROVED - held == set()


def test_withheld_permission_does_not_hold():
    staff.install_roles()
    officer = staff.hire("a", "protection", countries=["KE"], password="x")
    before = officer.has_perm("people.reveal_person"), officer.held_back

    officer.withheld = second.PROVED

    assert (before, officer.has_perm("people.reveal_person"), officer.held_back) == (
        (True, False),
        False,
        True,
    )
    assert officer.has_perm("people.view_person")


@pytest.mark.parametrize(
    ("address", "host", "demonstration", "account", "free"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True, True, True),
        ("::1", "[::1]:8000", True, True, True),
        ("127.0.0.1", "localhost", True, True, True),
        ("127.0.0.1", "njia.example", True, True, False),
        ("10.0.0.7", "127.0.0.1:8000", True, True, False),
        ("", "localhost", True, True, False),
        ("127.0.0.1", "localhost", False, True, False),
        ("127.0.0.1", "localhost", True, False, False),
    ],
)
def test_only_a_demonstration_on_its_own_machine_goes_without(
    settings, amina, address, host, demonstration, account, free
):
    settings.DEMONSTRATION, amina.demonstration = demonstration, account

    assert second.waived(amina, address=address, host=host) == free
