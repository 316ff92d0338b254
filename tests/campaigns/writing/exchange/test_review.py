"""The reviewer's workbook: what is found good is marked so, what should change becomes a draft."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns.editions.content import Words
from campaigns.models import Text
from campaigns.writing.exchange import review
from tests.campaigns import house as made
from tests.campaigns.house import DOOR, ROAD
from tests.campaigns.writing.exchange.desk import Book, told

GOOD, CHANGE, COMMENT = (
    review.COLUMNS.index(name) + 1 for name in (review.GOOD, review.CHANGE, review.COMMENT)
)


@pytest.fixture
def papers(desk):
    return desk.house.write("faq-002", "sw", Words("Hati zipi?", "Hati", "Pasipoti na viza."))


def text(code="faq-001"):
    return Text.objects.filter(language="sw", item__code=code).latest("id")


def all_good(book, item="faq-001", but=()):
    for field in ("title", "short", "body"):
        if field not in but:
            book.put(item, field, "x", GOOD)
    return book


def test_sheet_has_what_a_reviewer_needs(desk):
    book = Book(desk.review()).book

    assert book.sheetnames == ["Texts", "Ways of asking", "Read me"]
    assert [[cell.value or "" for cell in row][:8] for row in book["Texts"].iter_rows()] == [
        ["item", "field", "English", "translation (sw)", "back into English", "good", "change to", "comment"],
        ["faq-001", "title", ROAD.title, DOOR.title, "", "", "", ""],
        ["faq-001", "short", ROAD.short, DOOR.short, "", "", "", ""],
        ["faq-001", "body", ROAD.body, DOOR.body, "In 2025 people died.", "", "", ""],
    ]  # fmt: skip
    assert [row[3].value for row in book["Ways of asking"].iter_rows(min_row=2)] == list(
        DOOR.phrasings
    )


def test_sheet_says_that_it_is_a_machine_draft(desk):
    first = Book(desk.review()).book["Read me"]["A1"].value

    assert first == "Machine drafts in Kiswahili (sw): they need native review."


def test_empty_sheet_changes_nothing(desk):
    assert desk.look(desk.review()).empty


def test_text_found_good_is_reviewed_with_the_readers_name(desk, papers):
    book = all_good(Book(desk.review()))

    assert desk.bring(book.raw(), reader="Amina") == (0, 1)

    assert (text().status, text().reviewer, text().author) == ("reviewed", "Amina", "translator")
    assert (text("faq-002").status, text("faq-002").reviewer) == ("draft", "")


def test_text_read_in_part_is_not_reviewed(desk):
    book = all_good(Book(desk.review()), but=["body"])

    assert desk.look(book.raw()).empty


def test_change_becomes_a_draft_and_the_text_is_not_reviewed(desk):
    book = all_good(Book(desk.review()), but=["short"])
    book.put("faq-001", "short", "Ni hatari", CHANGE)

    assert desk.bring(book.raw(), reader="Amina") == (1, 0)

    assert (text().status, text().short, text().reviewer) == ("draft", "Ni hatari", "")


def test_changed_way_of_asking_becomes_a_draft(desk):
    book = all_good(Book(desk.review()))
    book.put("faq-001", "phrasing 2", "kuna nini njiani", CHANGE)

    assert desk.bring(book.raw(), reader="Amina") == (1, 0)
    assert text().phrasings == [DOOR.phrasings[0], "kuna nini njiani"]


def test_comment_stays_with_the_text(desk):
    book = Book(desk.review())
    book.put("faq-001", "body", "Too stiff.", COMMENT)

    desk.bring(book.raw(), reader="Amina")

    assert (text().status, text().remark) == ("draft", "Amina: Too stiff.")


def test_comment_on_a_change_goes_to_the_new_draft(desk):
    book = Book(desk.review())
    book.put("faq-001", "short", "Ni hatari", CHANGE)
    book.put("faq-001", "short", "As people say it.", COMMENT)

    desk.bring(book.raw(), reader="Amina")

    assert (text().short, text().remark) == ("Ni hatari", "Amina: As people say it.")


def test_approved_text_stays_approved(desk):
    desk.house.approve(text())

    desk.bring(all_good(Book(desk.review())).raw(), reader="Amina")

    assert (text().status, text().reviewer) == ("approved", "Amina")


@pytest.mark.parametrize("moved", ["english", "translation"])
def test_text_that_changed_since_is_not_reviewed(desk, moved):
    raw = all_good(Book(desk.review())).raw()
    if moved == "english":
        made.change_english("faq-001", replace(ROAD, title="How bad?"))
    else:
        desk.house.write("faq-001", "sw", replace(DOOR, title="Njia"))

    assert desk.look(raw).empty


def test_faulty_change_is_told_by_its_row_and_nothing_is_written(desk, papers):
    book = all_good(Book(desk.review()), item="faq-002")
    row = book.put("faq-001", "body", "Fupi.", CHANGE)

    looked = desk.look(book.raw())

    assert {one[:3] for one in told(looked)} == {(row, "faq-001", "body")}
    assert (looked.preview.changes, looked.verdicts) == ((), ())


def test_stranger_among_the_rows_is_told(desk):
    book = Book(desk.review())
    row = book.put("faq-001", "title", "faq-999", 1)

    assert told(desk.look(book.raw())) == [(row, "faq-999", "title", "there is no item faq-999.")]


# --- the command ----------------------------------------------------------------------------------------


def test_command_writes_the_sheet(desk, tmp_path, capsys):
    file = tmp_path / "sw.xlsx"

    call_command("review_export", "--language", "sw", str(file))

    assert capsys.readouterr().out == f"1 texts in Swahili, for native review: {file}\n"
    assert desk.look(file.read_bytes()).review


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("xx", "'xx' is no language that is translated into."),
        ("en", "'en' is no language that is translated into."),
        ("so", "There is no text in Somali yet."),
    ],
)
def test_command_says_what_it_cannot_do(desk, tmp_path, language, said):
    with pytest.raises(CommandError) as refused:
        call_command("review_export", "--language", language, str(tmp_path / "a.xlsx"))

    assert str(refused.value) == said


def test_command_says_where_it_cannot_write(desk, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("review_export", "--language", "sw", str(tmp_path / "no" / "a.xlsx"))
