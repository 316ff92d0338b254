"""Each concept of danger as invented people say it, in each language."""

import csv
from pathlib import Path

LINES = Path(__file__).parent / "danger_golden.tsv"
with LINES.open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))
