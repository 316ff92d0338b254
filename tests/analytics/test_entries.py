"""Events and radio by hand: method and evidence, corrected by new rows, never in a unique total."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from analytics import attachments, entries, indicators, ledger
from analytics.entries import Sums
from analytics.models import Entry, Method
from analytics.periods import Period
from analytics.refusals import NotKept
from tests.analytics.ledgers import exposure
from tests.analytics.told import ACT, MARKET, RADIO

pytestmark = pytest.mark.django_db
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
PDF = b"%PDF-1.7 invented"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def sums(indicator="3.3", countries=None):
    return entries.add_up(entries.told_until(YEAR.ends, countries), indicator, YEAR)


# --- what is counted -------------------------------------------------------------------------------


def test_events_and_broadcasts_are_lines_of_their_own():
    entries.enter(MARKET, ACT)
    entries.enter(RADIO, ACT)

    assert sums() == Sums(1, 1, 120, 40_000, 2, methods=("sheet", "survey"))
    assert sums("3.11") == Sums(1, 0, 120, 0, 1, methods=("sheet",))
    assert sums("2.7") == Sums()


def test_manual_entries_are_never_in_the_unique_total():
    ledger.record([exposure(1), exposure(2)])
    before = indicators.count("3.3", YEAR, by=("country",))

    entries.enter(MARKET, ACT)
    entries.enter(RADIO, ACT)

    assert indicators.count("3.3", YEAR, by=("country",)) == before
    assert [line.numbers.reached.unique for line in before] == [2]


def test_entries_count_in_their_period_and_country():
    for day in (date(2024, 12, 31), date(2025, 1, 1)):
        entries.enter(replace(MARKET, on=day), ACT)
    entries.enter(replace(MARKET, country="UG"), ACT)

    assert [sums(countries=seen).events for seen in (None, ["KE"], ["UG"], ["ET"], [])] == [
        *(2, 1, 1, 0, 0)
    ]


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (replace(RADIO, indirect=False), "A broadcast reaches people indirectly."),
        (
            replace(RADIO, explained=" "),
            "Say how the audience was estimated: from which figures, of when.",
        ),
        (
            replace(RADIO, method=Method.SHEET),
            "Its people are told by one of these methods: audience survey, the station's own audience "
            "figure, estimate from coverage and population.",
        ),
        (
            replace(MARKET, method=Method.COVERAGE),
            "Its people are told by one of these methods: attendance sheet, heads counted on the spot, "
            "heads counted on photographs, statement of the organiser.",
        ),
        (
            replace(RADIO, indicators=("3.3", "3.11")),
            "A broadcast is no event: it does not count for an indicator of events.",
        ),
        (replace(MARKET, people=-1), "People are a whole number, 100 million at most."),
        (replace(MARKET, on=date(2025, 6, 2)), "Its day lies ahead: enter it when it is over."),
        (replace(MARKET, country="XX"), "Choose a country of the programme."),
        (replace(MARKET, indicators=("9.9",)), "Choose at least one indicator."),
        (replace(MARKET, indicators=()), "Choose at least one indicator."),
        (replace(MARKET, title=" "), "Say what it was."),
    ],
)
def test_entry_that_cannot_be_is_refused(told, words):
    with pytest.raises(NotKept) as refusal:
        entries.enter(told, ACT)

    assert (str(refusal.value), Entry.objects.count()) == (words, 0)


# --- corrections -----------------------------------------------------------------------------------


def test_correction_is_a_new_row_and_the_old_one_stays():
    first = entries.enter(MARKET, replace(ACT, evidence=attachments.keep("sheet.pdf", [PDF])))
    second = entries.correct(
        first, replace(MARKET, people=98), replace(ACT, by="omar"), why="Counted the sheet again"
    )

    assert list(entries.standing()) == [second]
    assert (sums().direct, sums().events, sums().without_evidence) == (98, 1, 0)
    assert (entries.past_of(second), entries.next_of(first)) == ([first], second)
    assert (second.entered_by, first.entered_by, second.evidence) == (
        *("omar", "amina"),
        first.evidence,
    )


def test_withdrawn_entry_counts_nothing_and_can_be_read():
    first = entries.enter(MARKET, ACT)
    gone = entries.withdraw(first, ACT, why="Entered twice")

    assert (sums(), list(entries.standing())) == (Sums(), [])
    assert (gone.title, gone.why, Entry.objects.count()) == (first.title, "Entered twice", 2)


def test_only_the_newest_row_is_corrected():
    first = entries.enter(MARKET, ACT)
    entries.correct(first, replace(MARKET, people=98), ACT, why="Counted again")

    with pytest.raises(NotKept, match=r"^Somebody corrected this entry just now"):
        entries.correct(first, replace(MARKET, people=97), ACT, why="Counted again")


@pytest.mark.parametrize("why", ["", "  no "])
def test_correction_says_why(why):
    first = entries.enter(MARKET, ACT)

    with pytest.raises(NotKept, match=r"^Say why it changes\.$"):
        entries.withdraw(first, ACT, why=why)


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE analytics_entry SET people = 1",
        "DELETE FROM analytics_entry",
        "TRUNCATE analytics_entry",
    ],
)
def test_product_itself_cannot_change_an_entry(deed):
    entries.enter(MARKET, ACT)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(deed)


# --- evidence --------------------------------------------------------------------------------------


def test_evidence_is_named_by_what_is_in_it():
    kept = attachments.keep("C:\\scans\\list of\u202e may.PDF", [PDF[:4], PDF[4:]])

    digest = hashlib.sha256(PDF).hexdigest()
    assert kept == attachments.Evidence(digest, "list of may.PDF", len(PDF))
    assert attachments.read(digest) == PDF
    assert (attachments.folder() / digest).stat().st_mode & 0o777 == 0o600


def test_changed_evidence_is_not_handed_out():
    kept = attachments.keep("sheet.pdf", [PDF])
    (attachments.folder() / kept.digest).write_bytes(PDF + b"!")

    assert attachments.read(kept.digest) is None
    assert attachments.read("0" * 64) is None


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "Evidence is one of these: pdf, png, jpg, jpeg, xlsx, docx."),
        ("sheet.pdf", b"MZ", "What is in the file is not what its name ends with: .pdf."),
        ("sheet.pdf", b"", "What is in the file is not what its name ends with: .pdf."),
        ("sheet.pdf", b"%PDF-" + bytes(attachments.MOST), "The file is larger than 10 MB."),
    ],
)
def test_file_that_is_no_evidence_is_refused(name, content, words):
    with pytest.raises(NotKept) as refusal:
        attachments.keep(name, [content])

    assert (str(refusal.value), list(attachments.folder().iterdir())) == (words, [])
