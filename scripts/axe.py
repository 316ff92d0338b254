"""Look for what keeps people out of the pages: axe-core over every page, WCAG 2.0 to 2.2 A and AA.

For maintainers, of a product that `make up` runs; also says what a page writes to the browser's console and
where it is wider than the screen. Needs playwright (pip), a chromium of the system and axe-core from npm
(`npm pack axe-core`); none of them belongs to the product's requirements.
    python scripts/axe.py http://127.0.0.1:8000 .data/accounts.txt axe-core-4.14.1.tgz [/people/ ...]
"""

import re
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = ("en", "ar")
WIDTHS = (1200, 360)
STRANGERS = ["/sign-in/", "/chat/", "/no-such-page/"]
DIALLED = "/simulator/?country=ET&phone=2"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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


def passwords(file: Path) -> dict[str, str]:
    """Account name -> password, as `make up` printed them."""
    return dict(re.findall(r"^(\w+)\s+(\S+)$", file.read_text(encoding="utf-8"), re.MULTILINE))


def sign_in(page: Page, base: str, name: str, password: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("main button")
    page.wait_for_url(f"{base}/")


def places(page: Page, base: str) -> list[str]:
    """Where the role's navigation leads, one step further too; the administration is not ours to mend."""
    found = ["/", *_links(page, ".places a")]
    for path in found[1:]:
        page.goto(f"{base}{path}")
        found += _links(page, "main a[href^='/']")[:3]
    if "/simulator/" in found:
        found.append(DIALLED)
    return list(dict.fromkeys(path for path in found if not path.startswith("/admin")))


def _links(page: Page, which: str) -> list[str]:
    paths = [link.get_attribute("href") or "" for link in page.locator(which).all()]
    return [path for path in paths if path.endswith("/")]  # no files


def look(page: Page, base: str, path: str, script: str) -> Iterator[str]:
    """What is wrong with one page as it stands."""
    page.goto(f"{base}{path}")
    page.wait_for_timeout(600)
    if path == DIALLED:
        page.click(".keys .call")
        page.wait_for_selector("input[name=word]")
    if "/blasts/" in path:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    if (beyond := page.evaluate(WIDE)) > 0:
        yield f"{beyond} px wider than the screen"
    page.evaluate(script)
    for rule, words, places in page.evaluate(RUN, STANDARDS):
        yield f"{rule}: {words}\n      " + "\n      ".join(places[:5])


def walk(
    browser: Browser, base: str, script: str, *, role: str, password: str, more: Iterable[str]
) -> int:
    """All pages of a role in each language and width; how many findings."""
    page = browser.new_page()
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "/no-such-page/" not in page.url:
            said.append(f"console {message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(f"script error: {error}"))
    paths = list(more) or STRANGERS
    if role:
        sign_in(page, base, role, password)
        paths = list(more) or places(page, base)
    findings = 0
    for language in LANGUAGES:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": base}])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for path in paths:
                for finding in [*look(page, base, path, script), *said]:
                    findings += 1
                    sys.stdout.write(
                        f"{role or 'nobody'} {language} {width} {path}\n   {finding}\n"
                    )
                said.clear()
    page.context.close()
    return findings


def main(base: str, accounts: Path, package: Path, more: list[str]) -> int:
    script, known = axe(package), passwords(accounts)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        roles = ["", *known] if not more else ["manager"]
        findings = sum(
            walk(browser, base, script, role=role, password=known.get(role, ""), more=more)
            for role in roles
        )
        browser.close()
    sys.stdout.write(f"{findings} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]))
