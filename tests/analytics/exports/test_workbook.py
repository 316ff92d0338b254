"""The workbook as a reader opens it: every sheet, its head, its numbers equal to the ledger's."""

from dataclasses import replace

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from analytics import closing, counting, figures, indicators, ledger, refreshing, restating
from analytics.exports import gathering, workbook, xlsx
from analytics.exports.cover import Cover
from analytics.exports.gathering import Exclusion, Sources, Suspicion
from analytics.exports.sheets import Sheet, texts, wholes
from analytics.models import IndicatorTitle, Target
from tests.analytics.books import close
from tests.analytics.exports.conftest import NEXT_YEAR, QUARTER, YEAR
from tests.analytics.ledgers import Opinion, exposure, many

pytestmark = pytest.mark.django_db
SHEETS = (
    *("IPTT", "Disaggregation", "Waterfall", "Delivery", "Knowledge", "Referrals", "Exclusions"),
    *("Corrections", "Restatements", "Method", "Evidence manifest"),
)


def opened(ask, tmp_path):
    """The book, read back."""
    told = gathering.gather(ask, at=NEXT_YEAR)
    path = tmp_path / "book.xlsx"
    xlsx.write(path, told.cover, workbook.sheets(told))
    return openpyxl.load_workbook(path)


def table(sheet: Worksheet):
    """Its rows as dictionaries by the head, which stands where the sheet is frozen."""
    head = int(str(sheet.freeze_panes).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1
    names, *rows = sheet.iter_rows(min_row=head, values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_book_has_every_sheet_with_its_head(recorded, ask, tmp_path):
    book = opened(ask, tmp_path)

    assert tuple(book.sheetnames) == SHEETS
    for sheet in book.worksheets:
        words = [row[0] for row in sheet.iter_rows(max_row=5, max_col=1, values_only=True)]
        assert words[0] == f"A deployment · Year 2025 · {sheet.title}"
        assert words[1].startswith("Unit: unique phone numbers, used as proxy for people.")
        assert words[3] == "This period is not closed: its numbers can still change."
        assert words[4].startswith("DEMONSTRATION: invented numbers.")


def test_logframe_row_says_numbers_target_and_doubts(recorded, ask, tmp_path):
    Target.objects.create(
        indicator_id="3.3", starts=YEAR.starts, ends=YEAR.ends, value=1000, set_on="2025-06-01"
    )

    rows = table(opened(ask, tmp_path)["IPTT"])

    total = Opinion(many(4_000, people=600)).cells(YEAR, ())[()].reached
    own = [row for row in rows if row["Code"] == "3.3"]
    titles = IndicatorTitle.objects.filter(indicator="3.3").values_list("title", flat=True)
    assert {row["Statement"] for row in rows} >= set(titles)
    row = own[0]
    assert (row["Unique"], row["First time"], row["Cumulative"]) == (
        total.unique,
        total.first_time,
        total.cumulative,
    )
    assert (row["Period"], row["Target"]) == ("Year 2025", 1000)
    assert row["% of target"] == round(total.unique / 1000, 4)
    assert row["Reason for deviation"] == "to be given"
    assert row["Data quality"].split("; ")[0] == "set retrospectively"
    events = [row for row in rows if row["Code"] == "3.11"]
    assert {(row["Unique"], row["of which delivered"]) for row in events} == {(0, None)}


def test_year_has_its_quarters(recorded, ask, tmp_path):
    rows = table(opened(ask, tmp_path)["IPTT"])

    title = rows[0]["Statement"]
    own = [row for row in rows if row["Statement"] == title]
    assert [row["Period"] for row in own] == [
        "Year 2025",
        *(f"Quarter {n} of 2025" for n in range(1, 5)),
    ]
    assert sum(row["First time"] for row in own[1:]) == own[0]["First time"]


def test_breakdowns_equal_the_ledgers_and_sum_where_they_may(recorded, ask, tmp_path):
    rows = [
        row for row in table(opened(ask, tmp_path)["Disaggregation"]) if row["Indicator"] == "3.3"
    ]

    total = next(row["Unique"] for row in rows if row["By"] == "Total")
    for dimension in ("Sex", "Age", "Sex × Age", "District", "Status", "Language"):
        assert sum(row["Unique"] for row in rows if row["By"] == dimension) == total
    rule = indicators.rule_of("3.3", YEAR.starts)
    cells = counting.count(figures.question(rule), [YEAR], [("campaign",)])[YEAR][("campaign",)]
    told = {row["Category"]: row["Unique"] for row in rows if row["By"] == "Campaign"}
    assert told == {
        "always on, no campaign": cells[("always-on",)].reached.unique,
        "rights": cells[("rights",)].reached.unique,
        "safe-way": cells[("safe-way",)].reached.unique,
    }


def test_waterfall_leads_from_level_to_level(recorded, ask, tmp_path):
    rows = [row for row in table(opened(ask, tmp_path)["Waterfall"]) if row["Indicator"] == "3.3"]

    stands = 0
    for row in rows:
        stands += row["Change"] or 0
        assert row["Stands at"] in (None, stands) or row["Step"] == "Targeted"
        stands = row["Stands at"] or stands
    assert [row["Step"] for row in rows if row["Stands at"] is not None] == [
        *("Targeted", "Sent", "Delivered", "Reached")
    ]


def test_exclusions_of_the_senders_stand_in_their_sheet(recorded, ask, tmp_path):
    told = Exclusion("safe-way", "suppressed", "ended messages", 12)

    book = opened(replace(ask, sources=Sources(exclusions=lambda _one, _two: [told])), tmp_path)

    assert table(book["Exclusions"]) == [
        {"Campaign": "safe-way", "Reason": "ended messages", "Code": "suppressed", "People": 12}
    ]


def test_suspect_sessions_stand_among_the_corrections(recorded, ask, tmp_path):
    found = Suspicion(sessions=900, near=30, unended=3)

    book = opened(replace(ask, sources=Sources(suspicion=lambda _one, _two: found)), tmp_path)

    rows = table(book["Corrections"])
    told = [(row["From"], row["To"]) for row in rows if row["Correction"] == "Suspect sessions"]
    assert told == [(30, 900), ("c", 900)]


def test_closed_period_shows_what_was_frozen_and_late_facts_apart(recorded, ask, tmp_path):
    closed = close(QUARTER)
    before = closing.table_of(closed)[()][()].reached.unique
    may = closed.closed_at.replace(year=2025, month=5)
    ledger.record([exposure(9_000 + n, at=may) for n in range(7)])
    refreshing.refresh(at=NEXT_YEAR)
    restating.restate_due(at=NEXT_YEAR)

    book = opened(replace(ask, period=QUARTER), tmp_path)

    assert table(book["IPTT"])[0]["Unique"] == before
    assert table(book["Disaggregation"])[0]["Unique"] == before
    late = {
        row["Measure"]: row["Change"]
        for row in table(book["Restatements"])
        if row["Indicator"] == "3.3"
    }
    assert late["unique"] == 7
    digests = [row["SHA-256"] for row in table(book["Evidence manifest"])]
    assert closed.digest in digests
    assert closed.digest in str(book["IPTT"]["A4"].value)
    assert table(book["IPTT"])[0]["Source of verification"].endswith(f"closed, {closed.digest}")


def test_reader_of_one_country_gets_its_numbers(recorded, ask, tmp_path):
    book = opened(replace(ask, countries=("KE",)), tmp_path)

    rows = [row for row in table(book["Disaggregation"]) if row["Indicator"] == "3.3"]
    own = Opinion([one for one in many(4_000, people=600) if one.country == "KE"])
    assert rows[0]["Unique"] == own.cells(YEAR, ())[()].reached.unique
    assert {row["Category"] for row in rows if row["By"] == "Country"} == {"Kenya"}
    assert table(book["Evidence manifest"]) == []


# --- the writer alone ---------------------------------------------------------------------------------------


def written(tmp_path, cover: Cover, *sheets: Sheet, **options):
    path = tmp_path / "made.xlsx"
    xlsx.write(path, cover, sheets, **options)
    return openpyxl.load_workbook(path)


def test_formula_is_written_as_text(tmp_path, cover):
    sheet = Sheet("One", texts("word"), [("=HYPERLINK(1)",), ("@x",)])

    book = written(tmp_path, cover, sheet)

    assert [row["word"] for row in table(book["One"])] == ["'=HYPERLINK(1)", "'@x"]
    assert {cell.data_type for row in book["One"].iter_rows() for cell in row if cell.value} == {
        "s"
    }


def test_full_sheet_goes_on_in_another(tmp_path, cover, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 10)
    sheet = Sheet("Long", wholes("n"), ((n,) for n in range(7)))

    book = written(tmp_path, cover, sheet)

    names = book.sheetnames
    assert names[0:2] == ["Long", "Long 2"]
    assert [row["n"] for name in names for row in table(book[name])] == list(range(7))


def test_writer_tells_how_far_it_is_and_can_be_stopped(tmp_path, cover):
    told: list[int] = []
    sheet = Sheet("Long", wholes("n"), ((n,) for n in range(2_500)))
    written(tmp_path, cover, sheet, tell=told.append)

    assert told == [1_000, 2_000, 2_500]


# --- on paper -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "papers", "repeated"), [(14, 1, None), (30, 3, "$A:$B")])
def test_wide_sheet_goes_on_beside_with_its_first_columns(
    tmp_path, cover, columns, papers, repeated
):
    heads = texts(*map(str, range(columns)))

    page = written(tmp_path, cover, Sheet("A", heads, [("x",) * columns], keep=2))["A"]

    setup = page.page_setup
    assert (setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", papers, 0)
    assert (page.print_title_cols, page.print_title_rows) == (repeated, "$7:$7")


def test_row_is_as_high_as_its_longest_text(tmp_path, cover):
    rows = [("short", 1), ("so many words that they take three lines", 2)]

    page = written(tmp_path, cover, Sheet("A", (*texts("Words"), *wholes("Number")), rows))["A"]

    assert [page.row_dimensions[at].height for at in (8, 9)] == [None, 3 * xlsx.LINE + xlsx.GAP]


def test_heads_lie_over_their_cells(tmp_path, cover):
    page = written(tmp_path, cover, Sheet("A", (*texts("Words"), *wholes("Number")), [("x", "c")]))[
        "A"
    ]

    lies = [[cell.alignment.horizontal for cell in row] for row in page["A7:B8"]]
    assert lies == [[None, "right"], [None, "right"]]


def test_mirrored_sheet_begins_at_the_right(tmp_path, cover):
    page = written(tmp_path, cover, Sheet("A", texts("Words"), [("Latin",)]), mirrored=True)["A"]

    assert page.sheet_view.rightToLeft
    assert [page[cell].alignment.horizontal for cell in ("A1", "A2", "A7", "A8")] == ["right"] * 4
