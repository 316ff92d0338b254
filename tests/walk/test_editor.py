"""The content editor in a browser: what is typed is shown, named, mended and filled with tokens, and not saved."""

import re
from collections.abc import Callable
from typing import Any

WRITTEN = "It\u2019s far. {menu:asylum}"


def test_typed_words_are_shown_and_the_dear_character_is_named(signed_in: Callable[[str], Any]):
    page = signed_in("manager")
    page.goto("/content/faq-006/")

    page.fill("#id_body", WRITTEN)
    page.wait_for_selector(".odd-box")

    assert "RIGHT SINGLE QUOTATION MARK" in page.inner_text(".odd-box")
    assert "far." in page.inner_text(".small-phone .screen >> nth=0")
    assert page.inner_text("#shown mark") == "\u2019"


def test_replacement_goes_into_the_form_when_it_is_taken(signed_in: Callable[[str], Any]):
    page = signed_in("manager")
    page.goto("/content/faq-006/")
    page.fill("#id_body", WRITTEN)

    page.click("button[value=safe]")
    page.wait_for_selector(".safe-box")
    assert page.input_value("#id_body") == WRITTEN
    page.click("button[value=apply]")

    page.wait_for_selector(".safe-box", state="detached")
    assert page.input_value("#id_body") == WRITTEN.replace("\u2019", "'")


def test_token_is_put_where_somebody_writes(signed_in: Callable[[str], Any]):
    page = signed_in("manager")
    page.goto("/content/faq-006/")
    page.fill("#id_body", "Call ")

    page.click("#tokens summary")
    page.click("[data-token='{hotline}']")

    assert page.input_value("#id_body") == "Call {hotline}"
    page.wait_for_selector("#shown blockquote:has-text('DEMO Call ')")


def test_search_narrows_the_tree_while_somebody_types(signed_in: Callable[[str], Any]):
    page = signed_in("manager")
    page.goto("/content/")

    page.fill("#q", "faq-006")
    page.wait_for_url(re.compile(r"q=faq-006"))

    codes = [one.strip() for one in page.locator("#tree .chips > span[dir=ltr]").all_inner_texts()]
    assert "faq-006" in codes
    assert "faq-007" not in codes
