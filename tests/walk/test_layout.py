"""No page breaks: not with long words, not mirrored, not on a small screen.

Every page that a role can reach by links is looked at, one of each kind. With NJIA_PICTURES=<folder> each
is also kept as a picture, to be looked at by people.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WIDTHS = (360, 768, 1440)
ROLES = ("manager", "approver", "translator", "protection", "monitoring", "administrator")
NOT_PAGES = re.compile(
    r"^/(admin|i18n|static|sign-out|chat)|\.(xlsx|po|csv|json)$|/(export|download)"
)
KIND = re.compile(r"(?<=/)(?:\d+|faq-\d+|quiz-\d+|[0-9a-f]{16}|[A-Z]{2}(?:-[A-Z0-9-]+)?|F\d+)(?=/)")
MOST = 60  # pages of one role
# What is wider than its place: the page than the window, words than the button that hides the rest.
BROKEN = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const found = wide > 0 ? [`the page is ${wide} px wider than the window`] : [];
    for (const one of document.querySelectorAll('button, .btn, th, label, h1, h2, h3, .badge, summary')) {
        const style = getComputedStyle(one);
        if (one.offsetParent && style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
            found.push(`cut off: ${one.textContent.trim().slice(0, 60)}`);
    }
    return found;
}"""


def pages(page: Any) -> list[str]:
    """One path of each kind that links lead to, from the home page on."""
    kinds: dict[str, str] = {"/": "/"}
    todo = ["/"]
    while todo and len(kinds) < MOST:
        page.goto(todo.pop(0))
        for path in links(page):
            kind = KIND.sub("*", path.partition("?")[0])
            if kind not in kinds and not NOT_PAGES.search(kind):
                kinds[kind] = path
                todo.append(path)
    return list(kinds.values())


def links(page: Any) -> list[str]:
    found = page.eval_on_selector_all(
        "a[href^='/']", "all => all.map(one => one.getAttribute('href'))"
    )
    return [str(path).partition("#")[0] for path in found]


def faults(page: Any, paths: list[str], language: str) -> Iterator[str]:
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": page.url.partition("?")[0]}]
    )
    for path in paths:
        answer = page.goto(path)
        if answer.status != 200:
            yield f"{path} answers {answer.status}"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            keep(page, path, language, width)
            for fault in page.evaluate(BROKEN):
                yield f"{language} {width} {path}: {fault}"


def keep(page: Any, path: str, language: str, width: int) -> None:
    if folder := os.environ.get("NJIA_PICTURES"):
        name = re.sub(r"\W+", "-", path).strip("-") or "home"
        target = Path(folder) / language / str(width)
        target.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target / f"{name}.png", full_page=True)


@pytest.mark.parametrize("role", ROLES)
def test_pages_hold_long_words_and_mirroring(signed_in: Callable[[str], Any], role: str):
    page = signed_in(role)
    paths = pages(page)

    found = [fault for language in ("en-xa", "ar") for fault in faults(page, paths, language)]

    assert len(paths) > 2
    assert found == []
