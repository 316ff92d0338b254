"""docs/performance.md is written by its program, from the lines beside it, and by nobody's hand."""

import re
from pathlib import Path

from tests.bench.page import document
from tests.bench.page.records import merged, read

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "python -m tests.bench --from docs/performance.jsonl --write docs/performance.md"


def test_page_is_what_its_lines_say() -> None:
    run = merged(read([DOCS / "performance.jsonl"]))

    assert (DOCS / "performance.md").read_text("utf-8") == document.page(run), AGAIN


def test_page_names_nothing_of_the_machine_but_what_a_figure_hangs_on() -> None:
    lines = (DOCS / "performance.jsonl").read_text("utf-8")

    assert re.findall(r"/(?:home|root|tmp|work|Users)\b\S*|https?://\S+", lines) == []
