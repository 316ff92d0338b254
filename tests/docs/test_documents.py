"""What README and docs say is there, and what is there they say: links, addresses, words of the pages, commands, hooks, indicators."""

import ast
import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from campaigns.management.commands import hooks

ROOT = Path(__file__).parents[2]
OURS = (
    "analytics",
    "bot",
    "campaigns",
    "config",
    "demonstration",
    "gateways",
    "journal",
    "operations",
    "people",
    "ussd",
)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "locales/TRANSLATE.md"])
MANUALS = [
    ROOT / f"docs/{name}.md" for name in ("manager", "monitoring", "translator", "protection")
]
ALL = "\n".join(file.read_text(encoding="utf-8") for file in DOCUMENTS)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ADDRESS = re.compile(r"`(/[a-z0-9-]+/(?:[a-z0-9-]+/)*)`")
PLACE = re.compile(r"`([a-z][\w*.-]*/[\w*./-]*)`")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
MADE = "deploy/secrets/"  # on the server, by deploy/secrets.sh
IN_FRONT = {"hooks", "static"}  # answered before Django is asked
DISK = {"data", "dev", "etc", "home", "opt", "proc", "run", "srv", "sys", "tmp", "usr", "var"}


def headings(text: str) -> set[str]:
    """The anchors that a page of Markdown has, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken(file: Path) -> Iterator[str]:
    """Links of the file to files or headings that are not there."""
    for target in LINK.findall(file.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (file.parent / name).resolve() if name else file
        if not there.exists() or (anchor and anchor not in headings(there.read_text("utf-8"))):
            yield target


def nowhere(text: str) -> Iterator[str]:
    """Addresses of pages in the text that lead to no page."""
    for address in sorted(set(ADDRESS.findall(text))):
        if address.split("/")[1] in IN_FRONT | DISK:
            continue
        try:
            resolve(address)
        except Resolver404:
            yield address


def gone(text: str) -> Iterator[str]:
    """Paths of this tree in the text, as `people/ages.py`, where nothing lies."""
    for path in sorted(set(PLACE.findall(text))):
        here = (ROOT / path.split("/")[0]).is_dir() and not path.startswith(MADE)
        if here and not any(ROOT.glob(path)):
            yield path


@lru_cache(maxsize=1)
def said_on_pages() -> frozenset[str]:
    """The words of the pages, up to the first value put into them: of templates, and of our Python files."""
    template = re.compile(r'{% translate "([^"]+)"|{% blocktranslate[^%]*%}([^{]+)')
    words = {
        " ".join((short or long).split()).removesuffix(" (")
        for room in OURS
        for file in (ROOT / room).rglob("*.html")
        for short, long in template.findall(file.read_text(encoding="utf-8"))
    }
    files = [file for room in OURS for file in (ROOT / room).rglob("*.py")]
    return frozenset(words.union(*map(strings, files)))


def strings(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def own_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app.partition(".")[0] in OURS)


def in_no_table(names: Iterable[str]) -> list[str]:
    """Names that begin no row of a table, in any document."""
    told = set(re.findall(r"^\| `([\w-]+)[^`|]*` \|", ALL, re.MULTILINE))
    return sorted(set(names) - told)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_each_relative_link_leads_somewhere(file: Path) -> None:
    assert list(broken(file)) == []


def test_a_link_to_nothing_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b\n[x](no.md) [y](#a-b) [z](#c) [w](https://njia.example)", "utf-8")

    assert list(broken(page)) == ["no.md", "#c"]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_each_address_leads_to_a_page(file: Path) -> None:
    assert list(nowhere(file.read_text(encoding="utf-8"))) == []


def test_an_address_of_no_page_is_noticed() -> None:
    assert list(nowhere("`/cases/`, `/hooks/sim/x/ussd/`, `/etc/njia/`, `/case/`")) == ["/case/"]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_each_file_that_is_named_is_there(file: Path) -> None:
    assert list(gone(file.read_text(encoding="utf-8"))) == []


def test_a_file_that_went_is_noticed() -> None:
    assert list(gone("`people/none.py`, `people/*.py`, `.data/none.txt`")) == ["people/none.py"]


@pytest.mark.parametrize("file", MANUALS, ids=lambda file: file.name)
def test_words_in_bold_are_words_of_the_pages(file: Path) -> None:
    bold = {" ".join(words.split()) for words in BOLD.findall(file.read_text(encoding="utf-8"))}

    assert sorted(bold - said_on_pages()) == []


@pytest.mark.parametrize("file", MANUALS, ids=lambda file: file.name)
def test_a_manual_says_whom_it_is_for(file: Path) -> None:
    _title, first, *_rest = file.read_text(encoding="utf-8").split("\n\n")

    assert first.startswith("For ")
    assert "After reading" in first


def test_each_command_is_documented() -> None:
    told = set(re.findall(r"manage\.py (\w+)", ALL))

    assert in_no_table(set(own_commands()) - told) == []


def test_each_command_of_the_page_of_commands_is_there() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)", page, re.MULTILINE)

    assert sorted(set(rows) - set(own_commands())) == []


def test_each_kind_of_hook_is_documented() -> None:
    assert in_no_table([*hooks.KINDS, "external", "telegram", "whatsapp"]) == []


def test_each_indicator_is_documented() -> None:
    page = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
    with (ROOT / "analytics/seed/titles.csv").open(encoding="utf-8") as file:
        codes = {row["indicator"] for row in csv.DictReader(file)}

    assert sorted(code for code in codes if f"| {code} |" not in page) == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "docs/protection.md"])
def test_how_much_danger_is_heard_is_told_as_measured(name: str) -> None:
    measured = (ROOT / "docs/understanding.md").read_text(encoding="utf-8")
    heard = re.search(r"missed: (\d+)\.\d heard of all", measured)
    told = re.search(r"(\d+) of 100\s+invented\s+cries", (ROOT / name).read_text(encoding="utf-8"))

    assert heard
    assert told
    assert told[1] == heard[1]
