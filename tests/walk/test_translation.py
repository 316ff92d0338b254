"""Translation in a browser: problems while somebody types, a sheet out and in, a count of what is approved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.campaigns.writing.exchange.desk import Book


def test_problems_parts_and_screens_show_while_somebody_types(signed_in: Callable[[str], Any]):
    page = signed_in("translator")
    page.goto("/translation/so/texts/faq-006/")

    page.fill("#id_short", "x" * 24)
    page.wait_for_selector("#check .alert-danger")

    assert "has 24 characters; 20 at most" in page.inner_text("#check .alert-danger")
    assert "24 of 20 characters" in page.inner_text("#check")
    page.fill("#id_short", "Khatar")
    page.wait_for_selector("#check .state-running")
    assert "3 screens" in page.inner_text("#check")


def test_sheet_goes_out_comes_in_and_is_approved(signed_in: Callable[[str], Any], tmp_path: Path):
    page = signed_in("translator")
    page.goto("/translation/so/sheets/")
    with page.expect_download() as waiting:
        page.click("a[href$='all.xlsx/']")
    book = Book(Path(waiting.value.path()).read_bytes())
    book.put("faq-038", "title", "Su'aal cusub?")
    file = tmp_path / "so.xlsx"
    file.write_bytes(book.raw())

    page.set_input_files("#id_file", str(file))
    page.click("form[enctype] button")
    page.wait_for_selector("input[name=parcel]", state="attached")
    assert "1 text becomes a new draft of yours" in page.inner_text("main")
    page.click("form:has(input[name=parcel]) button")
    page.wait_for_selector(".alert-success")
    assert page.inner_text(".alert-success") == "1 draft written."

    other = signed_in("approver")
    other.goto("/translation/so/texts/faq-038/")
    other.click("button[value=approve]")
    other.wait_for_selector(".alert-success")
    assert other.inner_text(".alert-success") == "Approved. The next edition carries it."


def test_button_says_how_many_texts_are_approved(signed_in: Callable[[str], Any]):
    page = signed_in("approver")
    page.goto("/translation/ti/reading/")

    page.check("input[name=text] >> nth=0")
    page.check("input[name=text] >> nth=1")
    page.wait_for_selector("#approve-ticked:has-text('Approve 2 texts that I have read')")
    page.click("#approve-ticked")

    page.wait_for_selector(".alert-success")
    assert page.inner_text(".alert-success") == "2 texts approved."
