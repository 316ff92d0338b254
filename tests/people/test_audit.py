"""Each act leaves one entry; no entry can be changed, taken out, put between or cut off unseen."""

import hashlib
import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from people import audit, staff
from people.audit import Kind, note, verify
from people.models import AuditCheck, AuditEntry
from tests.people.audits import tamper, write
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    staff.install_roles()
    return staff.hire("amina", "administrator", countries=["KE"], password="x")


def test_note_keeps_who_what_and_when(amina):
    note(
        Kind.ROLE,
        by=amina,
        what="brian: approver",
        country="KE",
        details={"was": "translator"},
        at=NOON,
    )

    kept = AuditEntry.objects.values_list(
        "sequence", "at", "staff", "name", "kind", "what", "country", "details"
    )
    assert kept.get() == (
        1, NOON, amina.pk, "amina", "role", "brian: approver", "KE", {"was": "translator"},
    )  # fmt: skip


def test_entries_of_the_shell_name_nobody():
    note(Kind.KEYS, by=None, what="rotated", at=NOON)

    assert AuditEntry.objects.values_list("staff", "name").get() == (None, "")


def test_entries_are_chained(amina):
    write(3, amina)

    rows = list(
        AuditEntry.objects.order_by("sequence").values_list("sequence", "previous", "digest")
    )
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1] for row in rows] == ["", rows[0][2], rows[1][2]]


def test_digest_is_what_an_auditor_gets_by_hand():
    write(2)

    entry = AuditEntry.objects.get(sequence=2)
    told = (
        '{"at":"2026-03-02T12:01:00.000000Z","country":"KE","details":{"rows":"1","\u1235":"\u0645"},'
        '"kind":"export","name":"","sequence":2,"staff":null,"what":"reach 1"}'
    )
    assert audit.line(entry) == told
    assert entry.digest == hashlib.sha256(f"{entry.previous}\n{told}".encode()).hexdigest()


def test_names_stay_as_they_were(amina):
    write(1, amina)

    amina.username = "amina.w"
    amina.save()

    assert AuditEntry.objects.get().name == "amina"
    assert verify().differences == ()


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (number(1), "(number)"),
        ("call 0711000001 back", "call (number) back"),
        ("a\0b", "ab"),
        ("\ud800", "?"),
    ],
)
def test_what_nobody_should_read_is_not_kept(told, kept):
    note(Kind.CASE, by=None, what=told, details={told: told}, at=NOON)

    entry = AuditEntry.objects.get()
    assert (entry.what, entry.details) == (kept, {kept: kept})
    assert verify().differences == ()


def test_token_is_not_kept():
    note(Kind.ERASE, by=None, what=person(1).token, at=NOON)

    assert AuditEntry.objects.get().what == "(token)"


def test_note_stands_and_falls_with_the_act():
    write(1)
    with transaction.atomic():
        note(Kind.EXPORT, by=None, what="given up", at=NOON)
        transaction.set_rollback(True)

    write(1)

    assert list(AuditEntry.objects.order_by("sequence").values_list("sequence", "what")) == [
        (1, "reach 0"),
        (2, "reach 0"),
    ]
    assert verify().differences == ()


def test_note_costs_three_statements(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(3):
        note(Kind.EXPORT, by=None, what="reach", at=NOON)


@pytest.mark.django_db(transaction=True)
def test_notes_at_the_same_time_make_one_line():
    def many():
        for _ in range(10):
            note(Kind.EXPORT, by=None, what="reach", at=NOON)
        connection.close()

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (verify().entries, verify().differences) == (40, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_auditentry SET what = ''",
        "DELETE FROM people_auditentry",
        "TRUNCATE people_auditentry",
        "UPDATE people_auditcheck SET newest = ''",
        "DELETE FROM people_auditcheck",
        "TRUNCATE people_auditcheck",
        "TRUNCATE people_auditentry, people_auditcheck",
    ],
)
def test_the_product_itself_cannot_change_or_empty_the_audit(statement):
    write(2)
    audit.check(at=NOON)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)

    assert (verify().entries, verify().differences, AuditCheck.objects.count()) == (2, (), 1)


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.parametrize("table", ["people_auditcheck", "people_auditentry"])
def test_right_given_back_is_told(table, right):
    before = audit.changeable()

    connection.cursor().execute(f"GRANT {right} ON {table} TO CURRENT_USER")

    assert (before, audit.changeable()) == ((), (table,))


# --- the chain counted again ------------------------------------------------------------------------


def test_empty_chain_holds():
    assert verify() == audit.Report(0, "", ())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE people_auditentry SET what = 'x' WHERE sequence = 2", ["Entry 2: it is not what it was when it was written."]),
        ("UPDATE people_auditentry SET at = at + interval '1 us' WHERE sequence = 3", ["Entry 3: it is not what it was when it was written."]),
        ("UPDATE people_auditentry SET details = '{}' WHERE sequence = 1", ["Entry 1: it is not what it was when it was written."]),
        ("DELETE FROM people_auditentry WHERE sequence = 1", ["Entry 1: it is missing, the next one is 2."]),
        ("DELETE FROM people_auditentry WHERE sequence IN (2, 3)", ["Entry 2: it is missing, the next one is 4."]),
        (
            "UPDATE people_auditentry SET previous = repeat('0', 64) WHERE sequence = 4",
            ["Entry 4: it is not chained to the entry before it.", "Entry 4: it is not what it was when it was written."],
        ),
    ],
)  # fmt: skip
def test_what_was_done_to_the_table_is_found(statement, said):
    write(4)

    tamper(statement)

    assert list(verify().differences) == said


def test_entry_that_was_hashed_again_is_not_what_the_next_one_follows():
    write(3)
    entry = AuditEntry.objects.get(sequence=2)
    entry.what = "nothing"

    tamper(
        f"UPDATE people_auditentry SET what = 'nothing', digest = '{audit.digest(entry)}' WHERE sequence = 2"
    )

    assert verify().differences == ("Entry 3: it is not chained to the entry before it.",)


def test_chain_cut_at_its_end_is_found_by_a_noted_link():
    write(3)
    link = verify().newest

    tamper("DELETE FROM people_auditentry WHERE sequence = 3")

    assert verify().differences == ()
    assert verify(noted=[link]).differences == (
        f"Link {link}: it was noted and is not in the chain any more.",
    )


def test_noted_link_holds_while_the_chain_goes_on():
    write(2)
    link = verify().newest
    write(2)

    assert verify(noted=[link]).differences == ()


@pytest.mark.parametrize(
    "link", ["", "=", "x=y", "1", "\u0661=a", "1=" + "0" * 64, "9" * 18 + "=a"]
)
def test_noted_link_that_is_none_is_a_difference(link):
    write(1)

    assert verify(noted=[link]).differences == (
        f"Link {link}: it was noted and is not in the chain any more.",
    )


def test_every_portion_is_looked_at(monkeypatch):
    monkeypatch.setattr(audit, "PORTION", 2)
    write(5)

    tamper("UPDATE people_auditentry SET country = 'UG' WHERE sequence = 5")

    assert verify().differences == ("Entry 5: it is not what it was when it was written.",)


# --- the command ------------------------------------------------------------------------------------


def test_command_names_the_newest_link():
    write(2)
    out = io.StringIO()

    call_command("verify_audit", stdout=out)

    link = verify().newest
    assert out.getvalue().splitlines()[:2] == [
        "The audit holds: 2 entries.",
        f"Newest link: {link}",
    ]
    call_command("verify_audit", noted=[link], stdout=out)


def test_command_says_that_the_role_may_change_entries():
    tamper("SELECT 1")
    out = io.StringIO()

    call_command("verify_audit", stdout=out)

    assert out.getvalue().splitlines() == [
        "The product's database role may change the audit: run it under a role that is no superuser "
        "and does not hold UPDATE, DELETE or TRUNCATE on people_auditentry.",
        "The audit holds: 0 entries.",
    ]


def test_command_fails_on_a_difference():
    write(2)
    tamper("UPDATE people_auditentry SET what = '' WHERE sequence = 1")
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 differences"):
        call_command("verify_audit", stdout=out)

    assert out.getvalue() == "Entry 1: it is not what it was when it was written.\n"


def test_details_read_back_as_they_were_hashed():
    note(Kind.SETTING, by=None, what="price", details={"b": "2", "a": '"\\\n'}, at=NOON)

    assert json.loads(audit.line(AuditEntry.objects.get()))["details"] == {"a": '"\\\n', "b": "2"}
    assert verify().differences == ()
