"""What the scripts that look at a running product share: signing in, and the pages a role can reach."""

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
STRANGERS = ("/sign-in/", "/chat/", "/no-such-page/")
MOST = 90  # pages of one role
NOT_PAGES = re.compile(
    r"^/(admin|i18n|static|api|language|sign-out|chat|periods/pack/)|[./](xlsx|po|csv|json|zip|pdf)\b|/(export|download|file)"
)
ONE = re.compile(  # what makes one page of a kind differ from the next
    r"(?<=/)(?:\d[\d.]*|faq-\d+|quiz-\d+|[0-9a-f]{16}|[A-Z]{2}(?:-[A-Z0-9-]+)?|DEMO-[A-Z-]+|F\d+)(?=/)"
    r"|(?<=/content/)(?!new/|wordings/|tokens/|notices/)[a-z0-9._-]+(?=/)"
    r"|(?<=/translation/)[a-z]{2,3}(?:-Latn)?(?=/)|(?<=/languages/)[a-z]{2,3}(?:-Latn)?(?=/)"
    r"|(?<=/texts/)[a-z0-9._-]+(?=/)"
)


def start(driver: Playwright) -> Browser:
    return driver.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-sync"]
    )


def passwords(file: Path) -> dict[str, str]:
    """Account name -> password, as `make up` printed them."""
    return dict(re.findall(r"^(\w+)\s+(\S+)$", file.read_text(encoding="utf-8"), re.MULTILINE))


def sign_in(page: Page, base: str, name: str, password: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("main button")
    page.wait_for_url(f"{base}/")


def kind(path: str) -> str:
    return ONE.sub("*", path.partition("?")[0])


def reachable(page: Page, base: str) -> list[str]:
    """One path of each kind that links lead to, from the home page on; the administration is not ours to mend."""
    known = {"/": "/"}
    todo = ["/"]
    while todo and len(known) < MOST:
        page.goto(f"{base}{todo.pop(0)}")
        for path in _links(page):
            if kind(path) not in known and not NOT_PAGES.search(path):
                known[kind(path)] = path
                todo.append(path)
    return list(known.values())


def is_part(page: Page) -> bool:
    """Whether this is no page but a part of one, which a link leads to where no script runs."""
    return bool(page.evaluate("document.doctype === null"))


def _links(page: Page) -> Iterator[str]:
    found = page.eval_on_selector_all(
        "a[href^='/']:not([download])", "all => all.map(one => one.getAttribute('href'))"
    )
    return (str(path).partition("#")[0] for path in found)
