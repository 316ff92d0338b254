"""A list taken in: each row counted once, its ground kept, nobody added who ended messages, memory flat."""

import json
import logging
import random
import resource
import time
from array import array
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from people import consent, districts, identity, importing
from people.importing import Order
from people.lists import BadList
from people.models import AuditEntry, Consent, District, ImportRun, Person, Staff, Tag
from tests.people.made import NOON, lines, number, person, workbook, write

pytestmark = pytest.mark.django_db
ORDER = Order("KE", "consent-form", "forms 1 to 40, Garissa office")


def run(path, order=ORDER):
    return importing.import_list(path, order, at=NOON)


def counts(run):
    return (run.rows, run.added, run.known, run.suppressed, dict(run.refused))


def test_import_adds_people_with_their_ground(tmp_path):
    made = run(write(tmp_path, "phone,language,sex,district\n0711000001,so,f,Garissa\n"))

    known, basis = Person.objects.get(), Consent.objects.get()
    assert counts(made) == (1, 1, 0, 0, {})
    assert (known.token, known.country, known.language, known.sex, known.district) == (
        identity.token("tel:+254711000001"),
        "KE",
        "so",
        "female",
        "Garissa",
    )
    assert identity.unseal(known.number, identity.NUMBER) == "+254711000001"
    assert (basis.basis, basis.evidence, basis.token, known.basis_id, known.added_at) == (
        "consent-form",
        ORDER.evidence,
        "",
        basis.pk,
        NOON,
    )
    assert list(consent.sendable()) == [known]


def test_import_counts_every_row_once(tmp_path):
    person(1)
    consent.end(number(2), how="word", at=NOON)
    text = f"phone\n{number(1)}\n{number(2)}\n{number(3)}\n{number(3)}\nMTN\n{number(4)}\n{number(2)}\n"

    made = run(write(tmp_path, text))

    assert counts(made) == (7, 2, 1, 1, {"letters": 1, "duplicate": 2})
    assert made.problems == [[5, "duplicate"], [6, "letters"], [8, "duplicate"]]


def test_import_twice_adds_nobody(tmp_path):
    file = write(tmp_path, lines(0, 50))

    assert [run(file).added, run(file).known] == [50, 50]
    assert Person.objects.count() == 50


def test_known_people_keep_their_consent_and_get_their_blanks_filled(tmp_path):
    known = person(1, sex="female", language="", tags=["youth"])
    Tag.objects.bulk_create([Tag(name="youth"), Tag(name="farmers", country="KE")])

    run(write(tmp_path, f"phone,sex,language,tags\n{number(1)},male,so,farmers;youth\n"))

    now = Person.objects.get()
    assert (now.basis, now.sex, now.language, now.tags) == (
        known.basis,
        "female",
        "so",
        ["youth", "farmers"],
    )


def test_batches_end_in_the_same_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 7)
    text = lines(0, 40) + lines(10, 20).removeprefix("phone\n") + "x\n"

    assert counts(run(write(tmp_path, text))) == (51, 40, 0, 0, {"letters": 1, "duplicate": 10})


@pytest.mark.parametrize("batch", [7, 10_000])
def test_dry_run_counts_alike_and_writes_nobody(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(importing, "BATCH", batch)
    person(1)
    consent.end(number(2), how="word", at=NOON)
    file = write(tmp_path, lines(0, 30) + lines(5, 15).removeprefix("phone\n") + "\n,\nx\n")

    tried = run(file, Order("KE", "consent-form", "forms", dry_run=True))

    assert (Person.objects.count(), Consent.objects.count()) == (1, 1)
    assert counts(tried) == counts(run(file)) == (41, 28, 1, 1, {"letters": 1, "duplicate": 10})


def test_import_flags_fixed_lines_and_takes_them(tmp_path):
    made = run(
        write(tmp_path, "phone\n0391234567\n"), Order("UG", "partner-agreement", "agreement 7")
    )

    assert (made.added, made.flagged, Person.objects.get().fixed_line) == (
        1,
        {"fixed-line": 1},
        True,
    )


def test_import_counts_districts_that_are_not_in_the_list_and_takes_their_people(tmp_path):
    districts.adopt("KE")
    District.objects.filter(name="Garissa").update(name="Garissa North")
    District.objects.filter(name="Isiolo").update(retired=True)
    file = f"phone,district\n{number(1)},garissa north\n{number(2)},Garissa\n{number(3)},isiolo\n{number(4)},\n"

    made = run(write(tmp_path, file))

    assert (made.added, made.flagged) == (4, {"district-not-in-the-list": 2})
    kept = Person.objects.order_by("pk").values_list("district", flat=True)
    assert sorted(kept) == ["", "Garissa", "Garissa North", "isiolo"]


def test_import_takes_a_known_child_off_the_lists(tmp_path):
    person(1)
    person(2)
    file = write(tmp_path, f"phone,age\n{number(1)},16\n{number(2)},30\n{number(3)},17\n")

    tried = run(file, Order("KE", "consent-form", "forms", dry_run=True))
    assert (tried.flagged, Person.objects.count()) == ({"known-under-18": 1}, 2)
    made = run(file)

    assert (made.flagged, made.refused) == ({"known-under-18": 1}, {"under-18": 2})
    assert Person.objects.get().token == identity.token(f"tel:{number(2)}")


@pytest.mark.parametrize(("rows", "flagged"), [(250, {}), (251, {"in-sequence": 251})])
def test_import_flags_more_than_250_numbers_one_after_the_other(tmp_path, rows, flagged):
    digits = [*range(rows), 5000, 7000, 7001]
    random.Random(3).shuffle(digits)

    made = run(write(tmp_path, "phone\n" + "".join(f"{number(one)}\n" for one in digits)))

    assert (made.added, made.flagged) == (rows + 3, flagged)


def test_in_sequence_counts_each_row_of_numbers_by_itself(monkeypatch):
    monkeypatch.setattr(importing, "SEQUENCE", 3)
    numbers = array("Q", [9, 1, 2, 3, 4, 20, 21, 22, 30, 31, 32, 33, 34])

    assert importing.in_sequence(numbers) == 9
    assert importing.in_sequence(array("Q")) == 0


def test_import_takes_of_several_rows_of_a_number_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    file = write(tmp_path, f"phone,sex\n{number(1)},f\n{number(1)},m\n0711 000 001,m\n")

    made = run(file)

    assert (Person.objects.get().sex, made.refused) == ("female", {"duplicate": 2})


def test_import_of_a_workbook_is_that_of_its_rows(tmp_path):
    rows = [
        ["phone", "sex", "district"],
        [711000001, "f", "=1+1"],
        ["=A2", "m", ""],
        ["MTN", "", ""],
    ]

    made = run(workbook(tmp_path, rows))

    assert counts(made) == (3, 1, 0, 0, {"letters": 2})
    assert made.problems == [[3, "letters"], [4, "letters"]]
    assert Person.objects.values_list("sex", "district").get() == ("female", "=1+1")
    assert list(tmp_path.glob("*")) == [tmp_path / "list.xlsx"]


def test_import_leaves_an_entry_in_the_audit_and_a_dry_run_none(tmp_path):
    file = write(tmp_path, lines(0, 3))

    run(file, Order("KE", "consent-form", "forms", dry_run=True))
    assert AuditEntry.objects.count() == 0
    made = run(file)

    assert AuditEntry.objects.values_list("kind", "what", "country", "details").get() == (
        "import",
        f"import {made.pk}",
        "KE",
        {"added": "3", "basis": "consent-form", "evidence": ORDER.evidence},
    )


def test_import_leaves_no_token_with_the_connection(tmp_path):
    run(write(tmp_path, lines(0, 3)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.seen')")
        assert cursor.fetchone() == (None,)


def test_import_never_makes_a_row_of_a_child(tmp_path):
    made = run(write(tmp_path, f"phone,age\n{number(1)},16\n{number(2)},15-24\n{number(3)},19\n"))

    assert (made.added, made.refused) == (1, {"under-18": 2})


def test_import_keeps_line_numbers_of_the_first_thousand(tmp_path):
    made = run(write(tmp_path, "phone\n" + "x\n" * 1500))

    assert (made.refused, len(made.problems), made.problems[0]) == (
        {"letters": 1500},
        1000,
        [2, "letters"],
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"country": "GB"}, "country"),
        ({"basis": "bought-list"}, "basis"),
        ({"evidence": "  "}, "evidence"),
    ],
)
def test_import_without_grounds_is_refused(tmp_path, change, says):
    order = Order(**{"country": "KE", "basis": "consent-form", "evidence": "forms"} | change)

    with pytest.raises(BadList, match=says):
        run(write(tmp_path, lines(0, 3)), order)

    assert (ImportRun.objects.count(), Person.objects.count()) == (0, 0)


def test_import_of_bad_bytes_writes_nothing(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(lines(0, 200).encode() + b"\xff\n")

    with pytest.raises(BadList, match="UTF-8"):
        run(file)

    assert (ImportRun.objects.count(), Person.objects.count(), Consent.objects.count()) == (0, 0, 0)


def test_import_waits_for_retokening_after_a_rotation(tmp_path):
    person(1, token="t0.old")

    with pytest.raises(BadList, match="retoken"):
        run(write(tmp_path, lines(0, 3)))


def test_import_of_20_000_rows_is_quick_and_flat(tmp_path):
    digits = random.Random(7).sample(range(10_000_000, 19_999_999), 20_000)
    file = write(tmp_path, "phone,language\n" + "".join(f"07{one},sw\n" for one in digits))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()

    made = run(file)

    assert made.added + sum(made.refused.values()) == 20_000
    assert time.process_time() - begun < 10  # CPU seconds; about 2 on a quiet core
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80 * 1024  # KiB


def test_logs_hold_no_number(tmp_path, caplog):
    with caplog.at_level(logging.DEBUG, logger="people"):
        run(write(tmp_path, lines(0, 5) + "0911000001\n"))
        consent.end(number(1), how="word", at=NOON)

    assert [
        record
        for record in caplog.records
        if "711" in record.getMessage() or "911" in record.getMessage()
    ] == []
    assert not any(
        "711" in str(value)
        for value in ImportRun.objects.values_list("problems", "error", "refused")
    )


def command(*words, **options):
    out = StringIO()
    call_command("import_people", *words, stdout=out, **options)
    return out.getvalue()


def test_command_speaks_json(tmp_path):
    file = write(tmp_path, lines(0, 3) + "x\n")

    told = command(
        str(file), "--country", "ke", "--basis", "sms-optin", "--evidence", "keyword JOIN", "--json"
    )

    assert json.loads(told) == {"added": 3, "known": 0, "suppressed": 0, "refused": {"letters": 1}}


def test_command_speaks_plainly(tmp_path):
    file = write(tmp_path, lines(0, 3) + "x\n")

    told = command(
        str(file),
        "--country",
        "KE",
        "--basis",
        "sms-optin",
        "--evidence",
        "keyword JOIN",
        "--dry-run",
    )

    assert told.splitlines() == [
        "4 rows: 3 would be added, 0 known, 0 ended messages, 1 refused.",
        "  refused, letters: 1",
        "  line 5: letters",
    ]


def test_command_refuses_in_one_sentence(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(b"phone\n\xff\n")

    with pytest.raises(CommandError, match="Line 2 holds bytes that are not UTF-8"):
        command(str(file), "--country", "KE", "--basis", "sms-optin", "--evidence", "x", "--json")
    with pytest.raises(CommandError, match="cannot be read"):
        command(
            str(tmp_path / "none.csv"), "--country", "KE", "--basis", "sms-optin", "--evidence", "x"
        )


def test_command_keeps_staff_to_their_countries(tmp_path):
    Staff.objects.create(username="amina", countries=["ET"])

    told = command(
        str(write(tmp_path, lines(0, 2))),
        "--country",
        "KE",
        "--basis",
        "sms-optin",
        "--evidence",
        "x",
        "--by",
        "amina",
        "--json",
    )

    assert json.loads(told)["refused"] == {"other-country": 2}
