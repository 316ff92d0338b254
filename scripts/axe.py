"""Look for what keeps people out of the pages: axe-core over every page of every role, WCAG 2.0 to 2.2 A and AA.

For maintainers, of a product that `make up` runs, best one that holds a blast, a case and some calls; also says what
a page writes to the browser's console and where it is wider than the screen. Needs playwright (pip), a chromium of
the system and axe-core from npm (`npm pack axe-core`); none of them belongs to the product's requirements.
    python scripts/axe.py http://127.0.0.1:8000 .data/accounts.txt axe-core-4.14.1.tgz
    python scripts/axe.py http://127.0.0.1:8000 .data/accounts.txt axe-core-4.14.1.tgz --roles manager --pages /people/
"""

import argparse
import itertools
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from browsing import STRANGERS, is_part, passwords, reachable, sign_in, start
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = ("en", "ar")
WIDTHS = (1200, 360)
THEMES = ("light", "dark")
DIALLED = "/simulator/?country=ET&phone=2"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN = "document.querySelectorAll('main details').forEach(one => one.open = true)"
RUN = """async standards => {
    const found = await axe.run(document, {runOnly: {type: 'tag', values: standards}});
    return found.violations.map(one => [one.id, one.help, one.nodes.map(node => node.target.join(' '))]);
}"""


def axe(package: Path) -> str:
    """The script out of npm's package, or the script itself."""
    if package.suffix == ".js":
        return package.read_text(encoding="utf-8")
    with tarfile.open(package) as archive:
        file = archive.extractfile("package/axe.min.js")
        return file.read().decode() if file else ""


def look(page: Page, base: str, path: str, script: str) -> Iterator[str]:
    """What is wrong with one page as it stands, with all of it opened."""
    answer = page.goto(f"{base}{path}")
    page.wait_for_timeout(300)
    if answer and answer.status != 200 and path not in STRANGERS:
        yield f"answers {answer.status}"
    if is_part(page):
        return
    if path == DIALLED:
        page.click(".keys .call")
        page.wait_for_selector("input[name=word]")
    page.evaluate(OPEN)
    if (beyond := page.evaluate(WIDE)) > 0:
        yield f"{beyond} px wider than the screen"
    page.evaluate(script)
    for rule, words, places in page.evaluate(RUN, STANDARDS):
        yield f"{rule}: {words}\n      " + "\n      ".join(places[:5])


def listen(page: Page) -> list[str]:
    """What the page writes to the console, and its scripts' errors: the list grows while the page lives."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "/no-such-page/" not in page.url:
            said.append(f"console {message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(f"script error: {error}"))
    return said


def paths_of(page: Page, asked: argparse.Namespace, role: str, password: str) -> list[str]:
    """Every page of a role, once it has signed in; those that were asked for, if any were."""
    if not role:
        return asked.pages or list(STRANGERS)
    sign_in(page, asked.base, role, password)
    found: list[str] = asked.pages or reachable(page, asked.base)
    return [*found, DIALLED] if "/simulator/" in found else found


def walk(
    browser: Browser, asked: argparse.Namespace, script: str, role: str, password: str
) -> Iterator[str]:
    """All findings of a role, in each language, width and theme."""
    page = browser.new_page()
    said = listen(page)
    paths = paths_of(page, asked, role, password)
    sys.stdout.write(f"{role or 'nobody'}: {len(paths)} pages\n")
    said.clear()
    for language, width, theme in itertools.product(asked.languages, asked.widths, asked.themes):
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": asked.base}]
        )
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for path in paths:
            for finding in [*look(page, asked.base, path, script), *said]:
                yield f"{role or 'nobody'} {language} {width} {theme} {path}\n   {finding}"
            said.clear()
    page.context.close()


def wanted() -> argparse.Namespace:
    asking = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    asking.add_argument("base", type=lambda said: said.rstrip("/"))
    asking.add_argument("accounts", type=Path)
    asking.add_argument("axe", type=Path)
    asking.add_argument("--roles", nargs="*", help="nobody: the pages before signing in")
    asking.add_argument("--languages", nargs="*", default=LANGUAGES)
    asking.add_argument("--widths", nargs="*", type=int, default=WIDTHS)
    asking.add_argument("--themes", nargs="*", default=THEMES, choices=THEMES)
    asking.add_argument("--pages", nargs="*", default=[], help="only these addresses")
    return asking.parse_args()


def main() -> int:
    asked = wanted()
    script, known = axe(asked.axe), passwords(asked.accounts)
    findings = 0
    with sync_playwright() as driver:
        browser = start(driver)
        for role in asked.roles or ["nobody", *known]:
            name = "" if role == "nobody" else role
            for finding in walk(browser, asked, script, name, known.get(name, "")):
                sys.stdout.write(f"{finding}\n")
                sys.stdout.flush()
                findings += 1
        browser.close()
    sys.stdout.write(f"{findings} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
