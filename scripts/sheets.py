"""Contact sheets of every page, to be looked at by people: each role, width, language, light and dark. For maintainers.

Of a product that `make up` runs, best one that holds a blast, a case and some calls: docs/first-hour.md makes them.
Needs playwright (pip) and a chromium of the system: neither belongs to the product's requirements.
    python scripts/sheets.py http://127.0.0.1:8000 .data/accounts.txt sheets
    python scripts/sheets.py http://127.0.0.1:8000 .data/accounts.txt sheets --roles manager --widths 360 --languages ar
Makes sheets/<language>-<width>-<light or dark>-<number>.png, and says where words are wider than their place.
"""

import argparse
import html
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from browsing import STRANGERS, kind, passwords, reachable, sign_in, start
from playwright.sync_api import Browser, Page, sync_playwright

ACROSS = {360: 8, 768: 5, 1440: 3}  # pictures in a row of a sheet
ROWS = {360: 1, 768: 1, 1440: 2}
TALLEST = 2400  # px of a page that a sheet shows
BROKEN = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const found = wide > 0 ? [`the page is ${wide} px wider than the window`] : [];
    const words = document.createRange();
    for (const one of document.querySelectorAll('button, .btn, summary, .badge, label, th')) {
        if (!one.offsetParent || one.matches('.visually-hidden')) continue;
        if (getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
            found.push(`cut off: ${one.textContent.trim().slice(0, 60)}`);
        for (const text of one.childNodes) {
            if (text.nodeType !== Node.TEXT_NODE) continue;
            for (const word of text.data.matchAll(/[\\p{L}\\p{M}]+/gu)) {
                words.setStart(text, word.index);
                words.setEnd(text, word.index + word[0].length);
                const tops = new Set([...words.getClientRects()].map(box => Math.round(box.top / 4)));
                if (tops.size > 1) found.push(`a word is broken: ${word[0]} (${one.textContent.trim().slice(0, 60)})`);
            }
        }
    }
    return found;
}"""


@dataclass(frozen=True, slots=True)
class Look:
    language: str
    width: int
    theme: str

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.theme}"


@dataclass(frozen=True, slots=True)
class Shot:
    look: Look
    title: str
    file: Path


def shots(page: Page, base: str, role: str, looks: Sequence[Look], folder: Path) -> Iterator[Shot]:
    """Each page of a role in each look; what is broken goes to the standard output."""
    paths = reachable(page, base) if role else list(STRANGERS)
    for look in looks:
        _wear(page, base, look)
        for path in paths:
            page.goto(f"{base}{path}")
            page.wait_for_timeout(150)  # what is asked for after the page came
            title = f"{role or 'anybody'} {kind(path)}"
            for fault in page.evaluate(BROKEN):
                sys.stdout.write(f"{look} {role} {path}: {fault}\n")
            file = folder / "pages" / str(look) / f"{_file_name(title)}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file, full_page=True)
            yield Shot(look, title, file)


def _file_name(title: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in title.replace("*", "one")).split())


def _wear(page: Page, base: str, look: Look) -> None:
    page.set_viewport_size({"width": look.width, "height": 900})
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
    page.context.add_cookies([{"name": "django_language", "value": look.language, "url": base}])


def sheets(page: Page, taken: Sequence[Shot], folder: Path) -> None:
    by_look = sorted(taken, key=lambda shot: str(shot.look))
    for look, group in itertools.groupby(by_look, key=lambda shot: shot.look):
        room, all_of_it = ACROSS[look.width] * ROWS[look.width], list(group)
        for first in range(0, len(all_of_it), room):
            some = all_of_it[first : first + room]
            _sheet(page, some, look, folder / f"{look}-{first // room + 1:02}.png")


def _sheet(page: Page, some: Sequence[Shot], look: Look, target: Path) -> None:
    width = min(look.width, 640)
    cells = "".join(
        f"<figure><figcaption>{html.escape(shot.title)}</figcaption>"
        f"<div><img src='{shot.file.resolve().as_uri()}'></div></figure>"
        for shot in some
    )
    file = target.with_suffix(".html")
    file.write_text(
        f"<style>body {{ display: grid; gap: 12px; margin: 12px; background: #888; font: 13px sans-serif;"
        f" grid-template-columns: repeat({ACROSS[look.width]}, {width}px); }} figure {{ margin: 0; }}"
        f" div {{ max-height: {TALLEST * width // look.width}px; overflow: hidden; }} img {{ width: 100%; }}</style>{cells}",
        encoding="utf-8",
    )
    page.set_viewport_size({"width": ACROSS[look.width] * (width + 12) + 12, "height": 400})
    page.goto(file.resolve().as_uri())
    page.screenshot(path=target, full_page=True)
    file.unlink()


def take(browser: Browser, asked: argparse.Namespace, looks: Sequence[Look]) -> list[Shot]:
    taken: list[Shot] = []
    known = passwords(asked.accounts)
    for role in asked.roles or ["", *known]:
        page = browser.new_context().new_page()
        if role:
            sign_in(page, asked.base, role, known[role])
        taken += shots(page, asked.base, role, looks, asked.folder)
        page.context.close()
    return taken


def main() -> None:
    asking = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    asking.add_argument("base", type=lambda said: said.rstrip("/"))
    asking.add_argument("accounts", type=Path)
    asking.add_argument("folder", type=Path)
    asking.add_argument("--roles", nargs="*", default=[])
    asking.add_argument("--widths", nargs="*", type=int, default=list(ACROSS), choices=ACROSS)
    asking.add_argument("--languages", nargs="*", default=["en", "ar", "am"])
    asking.add_argument("--themes", nargs="*", default=["light", "dark"])
    asked = asking.parse_args()
    looks = [Look(*one) for one in itertools.product(asked.languages, asked.widths, asked.themes)]
    with sync_playwright() as driver:
        browser = start(driver)
        sheets(browser.new_page(), take(browser, asked, looks), asked.folder)
        browser.close()


if __name__ == "__main__":
    main()
