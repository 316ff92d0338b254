"""Workbook and PO file go out and come back: unedited they change nothing, edited exactly what was edited."""

from dataclasses import replace

import polib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.editions.content import Words
from campaigns.models import Text
from campaigns.writing.exchange.xlsx import PHRASINGS, RULES, TEXTS
from tests.campaigns import house as made
from tests.campaigns.house import DOOR, ROAD, UI
from tests.campaigns.writing.exchange import desk as at
from tests.campaigns.writing.exchange.desk import Book, Desk, edited, po_edited, told


def texts():
    return Text.objects.filter(language="sw")


# --- out ------------------------------------------------------------------------------------------------


def cells(raw, sheet, column):
    return [row[column - 1].value for row in Book(raw).book[sheet].iter_rows(min_row=2)]


def test_workbook_has_three_sheets_and_the_columns(desk):
    book = Book(desk.workbook()).book

    assert book.sheetnames == [TEXTS, PHRASINGS, RULES]
    assert [cell.value for cell in book[TEXTS][1]] == [
        "item", "kind", "field", "English", "translation (sw)", "note", "still right", "mark",
    ]  # fmt: skip


def test_only_missing_and_stale_go_out_unless_all_are_wanted(desk):
    some = set(cells(desk.workbook(everything=False), TEXTS, 1))
    everything = set(cells(desk.workbook(), TEXTS, 1))

    assert everything - some == {"faq-001"}
    assert len(everything) == 7 + len(UI)


def test_answer_has_a_row_for_each_of_twenty_ways_of_asking(desk):
    sheet = Book(desk.workbook()).book[PHRASINGS]
    rows = [[cell.value for cell in row][:5] for row in sheet.iter_rows(min_row=2)]
    own = [row for row in rows if row[0] == "faq-001"]

    assert len(own) == 20
    assert own[0][2:5] == ["phrasing 1", "is the road safe", "njia ni salama"]
    assert (own[2][3] or "", own[2][4] or "") == ("", "")


def test_only_the_translation_can_be_written_and_the_mark_is_hidden(desk):
    sheet = Book(desk.workbook()).book[TEXTS]

    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[2]] == [
        True, True, True, True, False, True, False, True,
    ]  # fmt: skip
    assert sheet.column_dimensions["H"].hidden


def test_rules_are_in_plain_words(desk):
    rules = [row[0].value for row in Book(desk.workbook()).book[RULES].iter_rows()]

    assert rules[0] == "Texts of Njia Salama in Kiswahili (sw)"
    assert rules[1] == "Write into the column “translation” only. All other cells are locked."


def test_text_that_looks_like_a_formula_goes_out_as_text(house):
    made.change_english("faq-002", Words("=1+1", "@x", "+1 -1 =SUM(A1)"))
    book = Book(Desk(house).workbook())

    found = [book.place("faq-002", field)[0].cell(book.place("faq-002", field)[1], 4) for field in ("title", "short", "body")]  # fmt: skip

    assert [(cell.data_type, cell.value) for cell in found] == [
        ("s", "=1+1"), ("s", "@x"), ("s", "+1 -1 =SUM(A1)"),
    ]  # fmt: skip


def test_arabic_cells_run_from_the_right(house):
    sheet = Book(Desk(house, "ar").workbook()).book[TEXTS]

    assert sheet["E2"].alignment.readingOrder == 2


def test_catalogue_names_items_and_language(desk):
    file = polib.pofile(desk.catalogue().decode())

    assert file.metadata["Language"] == "sw"
    entry = next(one for one in file if one.msgctxt == "faq-001.short")
    assert (entry.msgid, entry.msgstr, entry.flags) == ("Danger", "Hatari", [])
    assert entry.comment.startswith("question and answer; draft; 20 characters at most\nmark: ")


def test_catalogue_marks_stale_texts_fuzzy(desk):
    made.change_english("faq-001", replace(ROAD, title="How bad is the road?"))

    file = polib.pofile(desk.catalogue().decode())

    fuzzy = {one.msgctxt.partition(".")[0] for one in file if "fuzzy" in one.flags}
    assert fuzzy == {"faq-001"}


# --- back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["workbook", "catalogue"])
@pytest.mark.parametrize("everything", [True, False])
def test_unedited_file_changes_nothing(desk, form, everything):
    made.change_english("faq-001", replace(ROAD, title="How bad is the road?"))
    raw = getattr(desk, form)(everything=everything)

    looked = desk.look(raw)

    assert (told(looked), looked.preview.changes) == ([], ())
    assert looked.empty


def test_edited_workbook_becomes_a_draft_of_whoever_brings_it(desk):
    raw = edited(desk.workbook(), title="Njia ni hatari?", phrasing_3="hatari njiani")

    assert desk.bring(raw, by=desk.house.manager) == (1, 0)

    text = texts().latest("id")
    assert (text.title, text.author, text.status) == ("Njia ni hatari?", "manager", "draft")
    assert text.phrasings == [*DOOR.phrasings, "hatari njiani"]
    assert (text.body, text.back) == (DOOR.body, "In 2025 people died.")


def test_edited_catalogue_becomes_a_draft(desk):
    raw = po_edited(desk.catalogue(), title="Njia ni hatari?", phrasing_3="hatari njiani")

    assert desk.bring(raw) == (1, 0)
    assert texts().latest("id").phrasings == [*DOOR.phrasings, "hatari njiani"]


@pytest.mark.parametrize("form", ["workbook", "catalogue"])
def test_missing_item_is_filled_in(desk, form):
    filled = {"title": "Hati zipi?", "short": "Hati", "body": "Pasipoti na viza ya kazi."}
    raw = getattr(desk, form)(everything=False)
    if form == "workbook":
        book = Book(raw)
        for field, value in filled.items():
            book.put("faq-002", field, value)
        raw = book.raw()
    else:
        file = polib.pofile(raw.decode())
        for entry in file:
            item, _, field = entry.msgctxt.rpartition(".")
            entry.msgstr = filled.get(field, "") if item == "faq-002" else ""
        raw = str(file).encode()

    assert desk.bring(raw) == (1, 0)
    text = texts().get(item__code="faq-002")
    assert (text.title, text.short, text.body) == tuple(filled.values())


def test_wording_menu_and_quiz_come_back(desk):
    book = Book(desk.workbook())
    book.put("ui.ussd.back", "body", "Rudi")
    book.put("dangers", "title", "Hatari")
    book.put("dangers", "short", "Hatari")
    book.put("quiz-01", "body", "Yemeni ina vita?")
    book.put("quiz-01", "option 1", "Ndiyo")
    book.put("quiz-01", "option 2", "Hapana")

    assert desk.bring(book.raw()) == (3, 0)
    assert texts().get(item__code="quiz-01").options == ["Ndiyo", "Hapana"]


def test_stale_text_that_is_still_right_is_a_new_draft(desk):
    made.change_english("faq-001", replace(ROAD, title="How bad is the road?"))
    book = Book(desk.workbook())
    book.put("faq-001", "title", "x", at.STILL)

    looked = desk.look(book.raw())

    assert [(change.item, change.pairs) for change in looked.preview.changes] == [("faq-001", [])]
    assert desk.bring(book.raw()) == (1, 0)
    assert desk.look(desk.workbook(everything=False)).empty


def test_stale_entries_that_are_no_longer_fuzzy_are_still_right(desk):
    made.change_english("faq-001", replace(ROAD, title="How bad is the road?"))

    assert desk.bring(po_edited(desk.catalogue(), unfuzzy=True)) == (1, 0)
    assert texts().count() == 2


def test_recording_stays_with_the_text(desk):
    texts().update(audio_url="https://example.org/a.ogg")

    desk.bring(edited(desk.workbook(), title="Njia"))

    assert texts().latest("id").audio_url == "https://example.org/a.ogg"


def test_sms_of_its_own_has_a_row_and_can_be_emptied(desk):
    desk.house.write("faq-001", "sw", replace(DOOR, sms=DOOR.body))

    desk.bring(edited(desk.workbook(), sms=None))

    assert texts().latest("id").sms == ""


def test_later_work_of_somebody_else_is_not_undone(desk):
    raw = desk.workbook()
    desk.house.write("faq-001", "sw", replace(DOOR, title="Mpya"))

    desk.bring(edited(raw, short="Hatari?"))

    text = texts().latest("id")
    assert (text.title, text.short) == ("Mpya", "Hatari?")


ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("'\"=+-@,;\t\n\r <>&_x000D\\%#😀🇰🇪ሰላምمرحبا\u200c\u200d\ufeff"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=60,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=ODD, body=ODD, phrasings=st.lists(ODD, max_size=3))
@pytest.mark.parametrize("form", ["workbook", "catalogue"])
def test_odd_texts_come_back_as_they_went(desk, form, title, body, phrasings):
    texts().update(title=title, body=body, phrasings=phrasings)

    looked = desk.look(getattr(desk, form)())

    assert (told(looked), looked.preview.changes) == ([], ())
