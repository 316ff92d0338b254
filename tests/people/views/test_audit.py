"""The page of the audit: who may see it, what it asks and answers, its table, and the alert at home."""

import csv
import hashlib
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from people import audit, auditors, staff
from people.audit import Kind, note
from people.models import AuditCheck, AuditEntry
from tests.people.audits import tamper, write
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
PAGE, TABLE, CHECK = (
    reverse(f"people:{name}") for name in ("audit", "audit-download", "audit-check")
)


@pytest.fixture
def reader(sign_in):
    return sign_in("administrator")


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def numbers(answer):
    """The sequences of the entries shown."""
    found = re.findall(r'audit-head mb-0"><span[^>]*>([\d,]+)<', answer.content.decode())
    return [int(one.replace(",", "")) for one in found]


def rows(answer):
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body, newline="")))


# --- who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [one for one in staff.ROLES if one != "administrator"])
def test_audit_is_for_administrators(sign_in, role):
    reader = sign_in(role, "KE")

    answers = [reader.get(PAGE), reader.get(TABLE), reader.post(CHECK)]

    assert [one.status_code for one in answers] == [403] * 3
    assert PAGE not in text(reader.get("/"))
    assert (AuditCheck.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_administrator_finds_the_way(reader):
    assert f'href="{PAGE}"' in text(reader.get("/"))


@pytest.mark.parametrize("address", [PAGE, TABLE])
def test_nothing_is_changed_by_reading(reader, address):
    assert reader.post(address).status_code == 405
    assert reader.get(CHECK).status_code == 405


# --- entries ------------------------------------------------------------------------------------------


def test_empty_page_says_what_will_stand_here(reader):
    page = text(reader.get(PAGE))

    assert "Nothing is on record yet." in page
    assert TABLE not in page


def test_entry_shows_who_what_where_and_when(reader):
    note(Kind.ROLE, by=None, what="brian: approver", country="KE", details={"was": ""}, at=NOON)

    page = text(reader.get(PAGE))

    assert '<span class="badge">role</span>' in page
    assert "<strong>the system itself</strong>" in page
    assert '<bdi class="audit-words" lang="en">brian: approver</bdi> · <bdi>KE</bdi>' in page
    assert "<dt><bdi>was</bdi></dt><dd><bdi>–</bdi></dd>" in page
    assert '<time datetime="2026-03-02T15:00:00+03:00">' in page


def test_what_somebody_typed_is_no_markup(reader):
    note(Kind.SETTING, by=None, what="<b>x</b>", details={"<i>": "<u>"}, at=NOON)

    page = text(reader.get(PAGE))

    assert re.findall(r"<(?:b|i|u)>", page) == []


def test_kind_of_a_later_release_is_shown_as_it_is(reader):
    write(1)
    tamper("UPDATE people_auditentry SET kind = 'later'")

    assert '<span class="badge">later</span>' in text(reader.get(PAGE))


def test_filters_stand_in_the_address_of_the_next_page(reader, monkeypatch):
    monkeypatch.setattr(auditors, "PAGE", 2)
    for kind in (Kind.EXPORT, Kind.REVEAL, Kind.EXPORT, Kind.EXPORT):
        note(kind, by=None, what="x", country="KE", at=NOON)
    asked = {"kind": "export", "country": "KE", "first": "2026-03-01", "last": "2026-03-31"}

    first = reader.get(PAGE, asked)

    (older,) = re.findall(r'<a class="btn" href="(\?[^"]*before[^"]*)"', text(first))
    second = reader.get(PAGE + older.replace("&amp;", "&"))
    assert (numbers(first), numbers(second)) == ([4, 3], [1])
    assert 'value="2026-03-31"' in text(second)


def test_nothing_found_offers_all(reader):
    write(1)

    page = text(reader.get(PAGE, {"kind": "keys"}))

    assert "Nothing like this is on record." in page
    assert f'<a class="btn" href="{PAGE}">Show all</a>' in page


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "none"},
        {"first": "yesterday"},
        {"country": "XX"},
        {"before": "x"},
        {"before": "٣"},
        {"before": "9" * 40},
        {"before": "-1"},
        {"name": "x" * 200},
    ],
)
def test_address_that_makes_no_sense_is_answered(reader, asked):
    write(1)

    answer = reader.get(PAGE, asked)

    assert (answer.status_code, numbers(answer)) == (200, [1])


@pytest.mark.parametrize("language", ["en", "am", "ar", "fr", "sw"])
def test_page_opens_in_every_language(reader, language):
    write(2)
    audit.check(at=NOON)

    answer = reader.get(PAGE, headers={"accept-language": language})

    side = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{side}"' in text(answer)
    assert len(re.findall('<li> <p class="audit-head', text(answer))) == 2
    translation.activate("en")


# --- the chain ----------------------------------------------------------------------------------------


def test_page_says_that_nobody_looked_yet(reader):
    assert "not checked yet" in text(reader.get(PAGE))


def test_check_now_says_that_the_chain_holds(reader):
    write(2)

    page = text(reader.post(CHECK, follow=True))

    assert re.findall(r'<span class="badge state-\w+">(\w+)</span>', page) == ["holds"]
    assert f'<code class="audit-words" dir="ltr">{audit.verify().newest}</code>' in page


def test_broken_chain_is_told_here_and_at_home(reader):
    write(2)
    tamper("UPDATE people_auditentry SET what = '' WHERE sequence = 2")

    page = text(reader.post(CHECK, follow=True))

    assert re.findall(r'<span class="badge state-\w+">(\w+)</span>', page) == ["broken"]
    assert "Entry 2: it is not what it was when it was written." in page
    assert "The audit does not hold" in text(reader.get("/"))


def test_home_says_nothing_while_the_chain_holds(reader):
    audit.check(at=timezone.now())

    assert "The audit does not hold" not in text(reader.get("/"))


def test_broken_chain_is_told_to_administrators_only(sign_in):
    write(1)
    tamper("UPDATE people_auditentry SET what = ''")
    audit.check(at=timezone.now())

    assert "The audit does not hold" not in text(sign_in("monitoring", "KE").get("/"))


# --- the table ----------------------------------------------------------------------------------------


def test_table_is_an_entry_itself(reader):
    write(2)

    found = rows(reader.get(TABLE, {"country": "KE"}))

    last = AuditEntry.objects.latest("sequence")
    assert (last.kind, last.name, last.what, last.country) == (
        "export",
        "a-administrator",
        "audit.csv",
        "KE",
    )
    assert [row["sequence"] for row in found] == ["1", "2", "3"]


def test_table_is_sieved_as_the_page_is(reader):
    write(2)
    note(Kind.KEYS, by=None, what="rotated", at=NOON)

    assert [row["what"] for row in rows(reader.get(TABLE, {"kind": "keys"}))] == ["rotated"]


def test_table_can_be_counted_by_hand(reader):
    write(2)

    for row in rows(reader.get(TABLE)):
        said = f"{row['previous']}\n{row['line']}".encode()
        assert hashlib.sha256(said).hexdigest() == row["digest"]


def test_table_holds_no_formula(reader):
    note(Kind.SETTING, by=None, what="=HYPERLINK()", at=NOON)

    assert rows(reader.get(TABLE))[0]["what"] == "'=HYPERLINK()"
