"""Roles hold what the table says and no more, however often they are installed."""

import io
import stat

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from people import staff
from people.countries import CODES
from people.models import Staff

pytestmark = pytest.mark.django_db
LONG = "a long and unusual sentence"


def run(*words, **options):
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_roles_are_installed_once():
    first, again = staff.install_roles(), staff.install_roles()

    assert first == again
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(staff.ROLES)


def test_roles_hold_what_the_table_says():
    staff.install_roles()

    held = Permission.objects.filter(group__name="monitoring").values_list(
        "content_type__app_label", "codename"
    )
    assert {f"{app}.{name}" for app, name in held} == set(staff.ROLES["monitoring"].permissions)


def test_every_listed_permission_exists_where_its_app_has_tables():
    missing = staff.install_roles().missing

    assert [
        word for word in missing if list(apps.get_app_config(word.split(".")[0]).get_models())
    ] == []


def test_install_takes_away_what_a_role_must_not_do():
    staff.install_roles()
    Group.objects.get(name="monitoring").permissions.add(
        Permission.objects.get(codename="reveal_person")
    )

    staff.install_roles()

    assert (
        not Group.objects.get(name="monitoring")
        .permissions.filter(codename="reveal_person")
        .exists()
    )


def test_install_leaves_other_groups_alone():
    other = Group.objects.create(name="auditors")
    other.permissions.add(Permission.objects.get(codename="view_person"))

    staff.install_roles()

    assert other.permissions.count() == 1


def test_only_protection_officers_may_reveal_a_number():
    assert [
        role.code for role in staff.ROLES.values() if "people.reveal_person" in role.permissions
    ] == ["protection"]


def test_nobody_both_plans_and_approves():
    both = {"campaigns.plan_blast", "campaigns.approve_blast"}

    assert [role.code for role in staff.ROLES.values() if both <= set(role.permissions)] == []


def test_monitoring_only_looks_and_keeps_the_books():
    books = {*staff.CLOSE_PERIODS, *staff.TELL_EVENTS, *staff.AIM, *staff.SET_RULES}
    other = set(staff.ROLES["monitoring"].permissions) - books
    verbs = {word.split(".")[1].split("_")[0] for word in other}

    assert verbs == {"view"}


def test_hire_gives_administrators_every_country():
    staff.install_roles()

    hired = staff.hire("amina", "administrator", countries=["KE"], password=LONG)

    assert (tuple(hired.countries), hired.is_staff, hired.is_superuser, hired.role_names) == (
        CODES,
        True,
        False,
        ["administrator"],
    )


def test_hire_again_changes_the_role():
    staff.install_roles()
    staff.hire("amina", "administrator", countries=[], password=LONG)

    hired = staff.hire("amina", "translator", countries=["UG", "KE"], password=LONG)

    assert (hired.countries, hired.is_staff, hired.role_names, Staff.objects.count()) == (
        ["KE", "UG"],
        False,
        ["translator"],
        1,
    )


def test_visible_to_shows_colleagues_of_the_own_countries():
    staff.install_roles()
    own = Staff.objects.create(username="own", countries=["KE", "UG"])
    Staff.objects.create(username="near", countries=["KE"])
    Staff.objects.create(username="far", countries=["KE", "ET"])
    Staff.objects.create(username="root", countries=["KE"], is_superuser=True)

    assert set(staff.visible_to(own).values_list("username", flat=True)) == {"own", "near"}


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


def test_demo_accounts_are_made_once_and_shown_again(data):
    first, again = run("demo_accounts"), run("demo_accounts")

    assert first == again
    assert stat.S_IMODE((data / "accounts.txt").stat().st_mode) == 0o600
    assert sorted(Staff.objects.values_list("username", flat=True)) == sorted(staff.ROLES)


def test_demo_accounts_have_the_shown_passwords(data):
    lines = run("demo_accounts").splitlines()[1:]
    shown = dict(line.split() for line in lines if line)

    assert {
        name: Staff.objects.get(username=name).check_password(password)
        for name, password in shown.items()
    } == dict.fromkeys(staff.ROLES, True)
    assert len(set(shown.values())) == 6


@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe", b"manager secret\n"])
def test_demo_accounts_are_made_anew_where_the_file_was_lost(data, damage):
    before = run("demo_accounts")
    (data / "accounts.txt").unlink()
    if damage is not None:
        (data / "accounts.txt").write_bytes(damage)

    after = run("demo_accounts")

    assert after != before
    assert [line.split()[0] for line in after.splitlines()[1:] if line] == list(staff.ROLES)


def test_demo_accounts_are_refused_in_production(settings, data):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="createstaff"):
        run("demo_accounts")

    assert Staff.objects.count() == 0


def test_createstaff_reads_the_password_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{LONG}\n"))

    told = run(
        "createstaff", "amina", "--role", "manager", "--countries", "ke, ug", "--password-stdin"
    )

    made = Staff.objects.get()
    assert (told, made.countries, made.check_password(LONG)) == (
        "amina is manager.\n",
        ["KE", "UG"],
        True,
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--countries", "KE,XX"], "XX"),
        ([], "for which countries"),
        (["--countries", "KE"], "too (short|common)"),
    ],
)
def test_createstaff_refuses(monkeypatch, words, says):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

    with pytest.raises(CommandError, match=says):
        run("createstaff", "amina", "--role", "manager", "--password-stdin", *words)


def test_roles_command_says_what_it_did():
    assert (
        run("roles")
        == "Roles: administrator, manager, approver, translator, monitoring, protection.\n"
    )
