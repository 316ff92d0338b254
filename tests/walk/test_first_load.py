"""Words do not jump while one reads, and a page is as light or dark as its reader wants, from the first paint on."""

from collections.abc import Callable
from typing import Any

import pytest

PUBLIC = ("/sign-in/", "/chat/?country=KE&language=en", "/chat/?country=ET&language=am")
MAIN = ("/", "/content/", "/blasts/", "/reach/", "/people/")
# Adds up each part of the page that moved by itself; Chromium counts from the first paint.
SHIFTS = """
window.moved = 0;
new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
}).observe({type: 'layout-shift', buffered: true});
"""


@pytest.fixture
def visit(product: Any, browser: Any) -> Any:
    """Open an address with nothing kept from before, at the width of a small phone."""
    contexts = []

    def _visit(path: str, theme: str = "light") -> Any:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{product.port}",
            viewport={"width": 360, "height": 740},
            color_scheme=theme,
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(SHIFTS)
        page.goto(path, wait_until="networkidle")
        return page

    yield _visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PUBLIC)
def test_nothing_jumps_on_a_public_page(visit: Callable[..., Any], path: str, theme: str):
    assert visit(path, theme).evaluate("window.moved") == 0


@pytest.mark.parametrize("path", MAIN)
def test_nothing_jumps_on_a_main_page(signed_in: Callable[[str], Any], path: str):
    page = signed_in("manager")
    page.emulate_media(color_scheme="dark")
    page.add_init_script(SHIFTS)

    page.goto(path, wait_until="networkidle")

    assert page.evaluate("window.moved") == 0


def test_a_jump_would_be_noticed(visit: Callable[..., Any]):
    page = visit("/sign-in/")

    page.evaluate("document.querySelector('main').style.paddingBlockStart = '200px'")
    page.wait_for_timeout(300)

    assert page.evaluate("window.moved") > 0


@pytest.mark.parametrize("device", ["dark", "light"])
def test_the_page_is_as_light_as_the_device(visit: Callable[..., Any], device: str):
    page = visit("/sign-in/", device)

    assert page.get_attribute("html", "data-bs-theme") == device


@pytest.mark.parametrize(("chosen", "device"), [("dark", "light"), ("light", "dark")])
def test_the_reader_has_the_last_word(visit: Callable[..., Any], chosen: str, device: str):
    page = visit("/sign-in/", device)

    page.select_option("#page-appearance", chosen)
    page.click("footer button")

    assert page.get_attribute("html", "data-bs-theme") == chosen
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == chosen
    page.emulate_media(color_scheme=chosen)
    page.emulate_media(color_scheme=device)
    assert page.get_attribute("html", "data-bs-theme") == chosen


def test_paper_is_light(visit: Callable[..., Any]):
    page = visit("/sign-in/", "dark")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.get_attribute("html", "data-bs-theme")
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert (printed, page.get_attribute("html", "data-bs-theme")) == ("light", "dark")
