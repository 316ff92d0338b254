"""The pages by keyboard alone: Tab, Enter, Escape and letters, no press of a mouse anywhere."""

import re
from collections.abc import Callable
from typing import Any

import pytest

MOST = 60  # presses of Tab until something is out of reach
FOCUS = """() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return {
        name: (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent).trim(),
        id: one.id,
        seen: box.width > 0 && box.height > 0 && one.matches(':focus-visible'),
        marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
    };
}"""


@pytest.fixture
def door(product: Any, browser: Any) -> Any:
    """The page for signing in, with nobody signed in; and the accounts' passwords."""
    known = dict(
        re.findall(r"^(\w+)\s+(\S+)$", (product.data / "accounts.txt").read_text(), re.MULTILINE)
    )
    context = browser.new_context(base_url=f"http://127.0.0.1:{product.port}")
    page = context.new_page()
    page.goto("/sign-in/")
    yield page, known
    context.close()


def go_to(page: Any, wanted: str) -> dict[str, Any]:
    """Press Tab until the focus is on what is called so, or has that id."""
    for _press in range(MOST):
        here: dict[str, Any] = page.evaluate(FOCUS)
        if wanted in (here["name"], here["id"]):
            return here
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by {MOST} presses of Tab")


def press(page: Any, wanted: str) -> None:
    go_to(page, wanted)
    page.keyboard.press("Enter")


def test_signing_in_by_keyboard(door: Any):
    page, known = door

    go_to(page, "id_username")
    page.keyboard.type("manager")
    go_to(page, "id_password")
    page.keyboard.type(known["manager"])
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/$"))
    assert page.text_content("h1").strip() == "Today"


def test_first_tab_leads_past_the_navigation(signed_in: Callable[[str], Any]):
    page = signed_in("manager")

    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert (first["name"], first["seen"]) == ("Skip to content", True)
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_menu_opens_leads_on_and_closes(signed_in: Callable[[str], Any]):
    page = signed_in("manager")

    press(page, "Sending")
    shown = page.locator(".places details[open] a").all_text_contents()
    go_to(page, "Audiences")
    page.keyboard.press("Escape")
    after = page.evaluate(FOCUS)

    assert shown == ["Blasts", "Audiences", "Series"]
    assert page.locator(".places details[open]").count() == 0
    assert after["name"] == "Sending"


def test_leaving_a_menu_closes_it(signed_in: Callable[[str], Any]):
    page = signed_in("manager")

    press(page, "Figures")
    go_to(page, "Administration")

    assert page.locator("details.menu[open]").count() == 0


def test_a_blast_is_planned_by_keyboard(signed_in: Callable[[str], Any]):
    page = signed_in("manager")

    press(page, "Sending")
    press(page, "Blasts")
    page.wait_for_url(re.compile(r"/blasts/$"))
    press(page, "Plan a blast")
    page.wait_for_url(re.compile(r"/blasts/plan/$"))
    names = page.eval_on_selector_all(
        "main form :is(input:not([type=hidden]), select, textarea)",
        "all => all.filter(one => one.checkVisibility()).map(one => one.id || one.name)",
    )
    reached = walk_through(page)

    assert [name for name in names if name not in reached] == []


def walk_through(page: Any) -> set[str]:
    """Ids and names of what Tab comes by, each of it visibly marked."""
    reached: set[str] = set()
    for _press in range(4 * MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        here = page.evaluate(FOCUS)
        assert here["marked"], here
        reached |= {here["id"], page.evaluate("document.activeElement.name || ''")}
    return reached


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_stop_of_the_home_page_can_be_seen(signed_in: Callable[[str], Any], language: str):
    page = signed_in("manager")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.goto("/")
    unseen = []

    for _press in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        here = page.evaluate(FOCUS)
        unseen += [here["name"]] if not (here["seen"] and here["marked"]) else []

    assert unseen == []
