"""Pictures for README, docs/first-hour.md and the manuals, of a product that `make up` runs. For maintainers.

It must hold a blast that was sent and a case: docs/first-hour.md makes both. Needs playwright (pip) and a chromium of the system: neither belongs to the product's requirements.
    python scripts/screenshots.py http://127.0.0.1:8000 .data/accounts.txt docs/pictures
"""

import sys
from pathlib import Path

from browsing import passwords, sign_in, start
from playwright.sync_api import Browser, Page, sync_playwright

WIDE = {"width": 1200, "height": 800}
MANUALS = (  # picture, role, address
    ("dry-run", "manager", "/blasts/1/plan/"),
    ("blast", "manager", "/blasts/1/"),
    ("translation", "translator", "/translation/so/texts/faq-021/"),
    ("case", "protection", "/cases/1/"),
    ("indicator", "monitoring", "/indicators/of/3.3/"),
)


def dial(page: Page, base: str, country: str, *keys: str, phone: int = 1) -> None:
    """Take the country's phone, call, and press each key. A phone that called before is not asked its language."""
    page.goto(f"{base}/simulator/?country={country}&phone={phone}")
    page.click(".keys .call")
    page.wait_for_selector("input[name=word]")
    for key in keys:
        before = page.text_content(".phone .screen")
        page.click(f".keys button[value='{key}']")
        page.wait_for_function(
            "before => document.querySelector('.phone .screen').textContent !== before", arg=before
        )


def ask(page: Page, base: str, question: str) -> None:
    page.goto(f"{base}/chat/?country=KE&language=en")
    page.fill("#write [name=text]", question)
    page.press("#write [name=text]", "Enter")
    page.wait_for_timeout(1500)


def take(base: str, accounts: Path, folder: Path) -> None:
    known = passwords(accounts)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = start(driver)
        page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
        page.goto(f"{base}/sign-in/")
        page.screenshot(path=folder / "sign-in.png")
        sign_in(page, base, "manager", known["manager"])
        page.screenshot(path=folder / "steps.png")
        page.click("form[action='/account/first-hour/'] button")
        page.wait_for_load_state()
        page.goto(f"{base}/")
        page.screenshot(path=folder / "home.png")
        dial(page, base, "KE", phone=2)
        page.screenshot(path=folder / "simulator.png", full_page=True)
        dial(page, base, "ET", "1")
        page.screenshot(path=folder / "simulator-amharic.png", full_page=True)
        page.goto(f"{base}/reach/")
        page.screenshot(path=folder / "reach.png", full_page=True)
        ask(page, base, "they took my passport, what can I do?")
        page.screenshot(path=folder / "chat.png")
        take_manuals(browser, base, known, folder)
        browser.close()


def take_manuals(browser: Browser, base: str, known: dict[str, str], folder: Path) -> None:
    """One page of each role, as its manual shows it."""
    for name, role, address in MANUALS:
        page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
        sign_in(page, base, role, known[role])
        page.goto(f"{base}{address}")
        page.wait_for_timeout(1500)  # what is asked for after the page came
        page.screenshot(path=folder / f"{name}.png")
        page.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"), Path(sys.argv[2]), Path(sys.argv[3]))
