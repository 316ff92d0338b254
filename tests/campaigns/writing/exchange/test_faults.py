"""Everything that can be wrong with a sheet is told by its row, and then nothing is written."""

from dataclasses import replace

import pytest

from campaigns.editions.problems import Refused
from campaigns.models import ContentItem, Text
from campaigns.writing.exchange import intake, tables
from tests.campaigns import house as made
from tests.campaigns.house import AT, DOOR, ROAD
from tests.campaigns.writing.exchange import desk as at
from tests.campaigns.writing.exchange.desk import Book, Desk, edited, po_edited, sentences, told

LONG = "Neno " * 120 + "{year:F01} {figure:F01} {menu:safe-ways} {hotline}"


def place(desk, field, item="faq-001"):
    return Book(desk.workbook()).place(item, field)[1]


# --- texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("short", "x" * 21, f"the label '{'x' * 21}' has 21 characters; 20 at most."),
        ("body", "", "the body is empty."),
        ("title", "", "title or short label is empty."),
        ("title", "x" * 201, "it has 201 characters; 200 at most."),
        ("title", "=Njia", "it begins like a formula (=); begin with a word."),
        ("title", "@njia", "it begins like a formula (@); begin with a word."),
        ("title", "+cmd|x", "it begins like a formula (+); begin with a word."),
        ("title", "-1+2", "it begins like a formula (-); begin with a word."),
        ("title", "a\x07b", "it holds a sign that nobody sees (U+0007); type it again."),
    ],
)
def test_field_that_cannot_be_is_told_by_its_row(desk, field, value, sentence):
    raw = desk.workbook()
    row = place(desk, field)
    if "\x07" in value:
        raw = po_edited(desk.catalogue(), **{field: value})
        row = told(desk.look(raw))[0][0]
    else:
        raw = edited(raw, **{field: value})

    looked = desk.look(raw)

    assert told(looked)[0] == (row, "faq-001", field, sentence)
    assert looked.preview.changes == ()


@pytest.mark.parametrize("value", ["- orodha", "-5 ni baridi", "'=njia", "sawa = sawa", "50-60"])
def test_text_that_is_no_formula_is_taken(desk, value):
    looked = desk.look(edited(desk.workbook(), title=value))

    assert (told(looked), len(looked.preview.changes)) == ([], 1)


@pytest.mark.parametrize("form", ["workbook", "catalogue"])
def test_lost_token_is_told_at_the_body(desk, form):
    change = edited if form == "workbook" else po_edited
    raw = change(getattr(desk, form)(), body=DOOR.body.replace("{hotline}", ""))

    found = told(desk.look(raw))

    assert [one[1:] for one in found] == [
        ("faq-001", "body", "it lost the token {hotline} of the English text.")
    ]
    assert found[0][0] > 1


def test_unknown_token_is_told(desk):
    raw = edited(desk.workbook(), body=f"{DOOR.body} {{hotlin}}")

    assert told(desk.look(raw)) == [
        (place(desk, "body"), "faq-001", "body", "nobody knows the token {hotlin}.")
    ]


def test_typed_figure_is_told(desk):
    raw = edited(desk.workbook(), body=f"{DOOR.body} 4500")

    assert sentences(desk.look(raw)) == ["the figure 4500 is typed; write it as a token of a fact."]


def test_lost_placeholder_of_a_wording_is_told(desk):
    book = Book(desk.workbook())
    row = book.put("ui.bot.route", "body", "{label}: jibu.")

    assert told(desk.look(book.raw())) == [
        (
            row,
            "ui.bot.route",
            "body",
            "it must have the placeholders of the English one (key label).",
        )
    ]


def test_body_over_its_budget_is_told_with_its_parts(desk):
    found = sentences(desk.look(edited(desk.workbook(), body=LONG)))

    assert [one for one in found if "parts" in one] == [
        "as an SMS it takes 5 parts (GSM-7); 2 at most."
    ]


def test_half_an_item_is_refused(desk):
    book = Book(desk.workbook())
    book.put("faq-002", "title", "Hati zipi?")

    assert sentences(desk.look(book.raw())) == [
        "title or short label is empty.",
        "the body is empty.",
    ]


def test_every_problem_is_told_at_once_and_nothing_is_written(desk):
    book = Book(desk.workbook())
    first = book.put("faq-001", "short", "x" * 21)
    second = book.put("ui.bot.route", "body", "x")
    good = book.put("ui.ussd.back", "body", "Rudi")

    looked = desk.look(book.raw())

    assert sorted(one[0] for one in told(looked)) == sorted([first, second])
    assert good
    assert desk.bring(book.raw()) == (0, 0)
    assert Text.objects.filter(language="sw").count() == 1


# --- what moved meanwhile -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["workbook", "catalogue"])
def test_changed_english_is_refused_and_shown(desk, form):
    raw = getattr(desk, form)()
    made.change_english("faq-001", replace(ROAD, title="How bad is the road?"))
    raw = (edited if form == "workbook" else po_edited)(raw, title="Njia")

    assert sentences(desk.look(raw)) == [
        "the English has changed since the sheet was made. It now says: How bad is the road?"
    ]


def test_changed_english_of_an_untouched_item_does_not_matter(desk):
    raw = desk.workbook()
    made.change_english("faq-001", replace(ROAD, title="How bad is the road?"))

    assert desk.look(raw).empty


def test_work_of_somebody_else_on_the_same_field_is_not_overwritten(desk):
    raw = edited(desk.workbook(), title="Njia yangu")
    desk.house.write("faq-001", "sw", replace(DOOR, title="Njia yake"))

    assert sentences(desk.look(raw)) == [
        "somebody changed it since the sheet was made. It now says: Njia yake"
    ]


@pytest.mark.parametrize("moved", ["english", "translation", "countries"])
def test_what_moves_between_preview_and_confirmation_is_refused(desk, moved):
    by = desk.house.translator
    looked = desk.look(edited(desk.workbook(), title="Njia"))
    parcel = intake.unpack(intake.pack(looked, "", language="sw", by=by), language="sw", by=by)
    if moved == "english":
        made.change_english("faq-001", replace(ROAD, title="How bad?"))
    elif moved == "translation":
        desk.house.write("faq-001", "sw", replace(DOOR, short="Hatari?"))
    else:
        ContentItem.objects.filter(code="faq-001").update(countries=["ET"])
    before = Text.objects.count()

    with pytest.raises(Refused) as refused:
        intake.bring_in(parcel, "sw", bench=desk.house.bench(), by=by, at=AT)

    assert [str(one) for one in refused.value.problems] == [
        "sw faq-001: it was changed while you looked at the preview; bring the sheet in again."
    ]
    assert Text.objects.count() == before


# --- rows and columns -----------------------------------------------------------------------------------


def test_unknown_item_is_told(desk):
    book = Book(desk.workbook())
    row = book.put("faq-002", "body", "faq-999", 1)

    assert told(desk.look(book.raw())) == [(row, "faq-999", "body", "there is no item faq-999.")]


def test_item_of_other_countries_is_unknown(desk):
    raw = desk.workbook()
    ContentItem.objects.filter(code="faq-002").update(countries=["ET"])

    assert set(sentences(desk.look(raw))) == {"there is no item faq-002."}


@pytest.mark.parametrize("field", ["", "colour", "option 1", "phrasing", "phrasing 501", "option"])
def test_unknown_field_is_told(desk, field):
    book = Book(desk.workbook())
    row = book.put("faq-001", "short", field, 3)

    assert told(desk.look(book.raw())) == [
        (row, "faq-001", field, f"the item has no field {field or '-'}.")
    ]


def test_row_that_stands_there_twice_is_told(desk):
    book = Book(desk.workbook())
    sheet, row = book.place("faq-001", "title")
    sheet.append([cell.value for cell in sheet[row]])

    assert told(desk.look(book.raw())) == [
        (
            sheet.max_row,
            "faq-001",
            "title",
            f"the same item and field stand in row {row} too.",
        )
    ]


@pytest.mark.parametrize("mark", [None, "x", "0123456789abcdef", "0123456789abcdef.12"])
def test_lost_mark_is_told(desk, mark):
    book = Book(desk.workbook())
    row = book.put("faq-001", "title", mark, at.MARK)

    assert told(desk.look(book.raw())) == [
        (row, "faq-001", "title", "its hidden mark is lost; download the sheet again.")
    ]


def test_lost_mark_in_a_catalogue_is_told(desk):
    raw = desk.catalogue().replace(b"#. mark: ", b"#. ")

    assert set(sentences(desk.look(raw))) == {"its hidden mark is lost; download the sheet again."}


def test_missing_and_unknown_columns_are_told(desk):
    book = Book(desk.workbook())
    book.book["Texts"]["A1"] = "code"

    assert [(row, sentence) for row, _, _, sentence in told(desk.look(book.raw()))] == [
        (1, "the column item is missing."),
        (1, "nobody knows the column code; take it out."),
    ]


def test_column_that_stands_there_twice_is_told(desk):
    book = Book(desk.workbook())
    book.book["Texts"]["B1"] = "field"

    assert "the column field stands there twice." in sentences(desk.look(book.raw()))


def test_sheet_of_another_language_is_told(desk):
    raw = Desk(desk.house, "so").workbook()

    assert set(sentences(desk.look(raw))) == {
        "the sheet is of another language: translation (so) instead of sw."
    }


def test_catalogue_of_another_language_is_told(desk):
    raw = Desk(desk.house, "so").catalogue()

    assert sentences(desk.look(raw)) == ["the sheet is of another language: so instead of sw."]


def test_notes_on_a_sheet_of_their_own_are_passed_over(desk):
    book = Book(desk.workbook())
    book.book.create_sheet("Mine").append(["ask Amina", "about this"])

    assert desk.look(book.raw()).empty


# --- cells ----------------------------------------------------------------------------------------------


def test_formula_is_told_by_its_cell(desk):
    book = Book(desk.workbook())
    sheet, row = book.place("faq-001", "title")
    sheet.cell(row, at.SAID).value = "=1+1"

    assert told(desk.look(book.raw())) == [
        (
            row,
            "faq-001",
            "title",
            f"cell E{row} holds a formula; write the words themselves.",
        )
    ]


def test_formula_hides_no_other_problem(desk):
    book = Book(desk.workbook())
    sheet, row = book.place("faq-001", "title")
    sheet.cell(row, at.SAID).value = "=1+1"
    other = book.put("ui.bot.route", "body", "x")

    assert [one[:3] for one in told(desk.look(book.raw()))] == sorted(
        [(row, "faq-001", "title"), (other, "ui.bot.route", "body")]
    )


def test_date_and_sign_of_an_error_are_told(desk):
    book = Book(desk.workbook())
    first = book.put("faq-001", "title", AT.replace(tzinfo=None))
    second = book.put("faq-001", "short", "#REF!")
    book.place("faq-001", "short")[0].cell(second, at.SAID).data_type = "e"

    said = "holds a date or a sign of an error, not words; format it as text."
    assert sentences(desk.look(book.raw())) == [f"cell E{first} {said}", f"cell E{second} {said}"]


def test_number_is_taken_as_its_digits(desk):
    book = Book(desk.workbook())
    book.put("faq-001", "short", 12)

    assert desk.look(book.raw()).preview.changes[0].said.short == "12"


def test_merged_cells_are_told(desk):
    book = Book(desk.workbook())
    sheet, row = book.place("faq-001", "title")
    sheet.merge_cells(f"E{row}:F{row}")

    assert [(found, sentence) for found, _, _, sentence in told(desk.look(book.raw()))] == [
        (row, f"the cells E{row}:F{row} are merged; take them apart.")
    ]


def test_too_many_rows_are_told(desk, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)

    assert set(sentences(desk.look(desk.workbook()))) == {
        "the sheet has more than 3 rows; send it in parts."
    }
