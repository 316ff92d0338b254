"""One answer's whole life on the pages: written, missing, translated in a sheet, approved, published, dialled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from tests.faults.stream_product import Product

SOMALI_CODE, CALLER = "*384*2521#", "+252611000001"
ENGLISH = {
    "title": "Do I need to learn the language first?",
    "short": "Learn the language",
    "body": "It helps. Ask the employer which language you will need, and learn some words of it.",
}
SOMALI = {
    "title": "Ma inaan marka hore afka bartaa?",
    "short": "Afka baro",
    "body": "Way ku caawinaysaa. Weydii shaqo-bixiyaha afka aad u baahan doonto, erayo ka baro.",
}
OTHERS = ("am", "om", "ti", "so", "sw", "ar", "fr")


def test_answer_is_written_translated_approved_published_and_dialled(
    signed_in: Callable[[str], Any], product: Product, tmp_path: Path
):
    write_in_english(signed_in("manager"))
    translator = signed_in("translator")
    assert [one for one in OTHERS if missing(translator, one)] == list(OTHERS)

    translate_in_a_sheet(translator, tmp_path)
    approver = signed_in("approver")
    approve(approver, "en")
    approve(approver, "so")
    publish(approver)

    assert SOMALI["body"].partition(".")[0] in read_in_somali(product)


def write_in_english(page: Any) -> None:
    page.goto("/content/new/?kind=faq")
    page.fill("#id_code", "learn-language")
    page.select_option("#id_parent", "rumours")
    page.select_option("#id_order", "4")
    page.select_option("#id_component", "safe")
    for name, text in ENGLISH.items():
        page.fill(f"#id_{name}", text)
    page.click("button[value=save]")
    page.wait_for_url("**/content/learn-language/")


def missing(page: Any, language: str) -> bool:
    page.goto(f"/translation/{language}/?state=missing")
    there = page.locator(f"a[href='/translation/{language}/texts/learn-language/']")
    return bool(there.count() == 1)


def translate_in_a_sheet(page: Any, folder: Path) -> None:
    page.goto("/translation/so/sheets/")
    with page.expect_download() as coming:
        page.click("a[href*='open.xlsx']")
    sheet = folder / "open.xlsx"
    coming.value.save_as(sheet)
    fill(sheet)
    page.set_input_files("input[type=file]", sheet)
    page.click("main form .btn-primary")
    page.wait_for_selector("input[name=parcel]", state="attached")
    assert page.locator("a[href='/translation/so/texts/learn-language/']").count() == 1
    page.click("main form .btn-primary")
    page.wait_for_url("**/translation/so/**")


def fill(path: Path) -> None:
    """What a translator does: the words of our item beside their English, and nothing else."""
    book = openpyxl.load_workbook(path)
    sheet = book["Texts"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        item, field = (sheet.cell(row, columns[name]).value for name in ("item", "field"))
        if item == "learn-language" and field in SOMALI:
            sheet.cell(row, columns["translation (so)"], SOMALI[field])
    book.save(path)


def approve(page: Any, language: str) -> None:
    page.goto(f"/translation/{language}/texts/learn-language/")
    page.click("button[value=approve]")
    page.wait_for_load_state("networkidle")


def publish(page: Any) -> None:
    page.goto("/editions/next/")
    page.wait_for_selector("#would-words", timeout=60_000)
    page.click("form button.btn-primary[aria-describedby=would-words]")
    page.wait_for_url("**/editions/", timeout=60_000)


def read_in_somali(product: Product) -> str:
    """All screens on the way to the answer, for somebody in Somalia who dials for the first time."""
    keys = ("1", "1", "6", "4", "98")  # Somali, dangers, rumours, the answer, its next screen
    steps = [{"number": CALLER, "code": SOMALI_CODE}]
    steps += [{"number": CALLER, "input": key} for key in keys]
    screens = [product.network("dial", step)["text"] for step in steps]
    return " ".join(" ".join(screens).split())
