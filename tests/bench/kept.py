"""Records of every bench, as tests of the page have them: real lines with sizes and figures made up."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.bench.page.records import Record, Run, merged, read

FILE = Path(__file__).parent.parent / "data" / "bench" / "lines.jsonl"


def records() -> list[Record]:
    return read([FILE])


def run(**changed: Record | None) -> Run:
    """All benches, some of them with another record, or with none."""
    found = [changed.get(one.bench, one) for one in records()]
    return merged([one for one in found if one is not None])


def record(bench: str, **changes: Any) -> Record:
    (found,) = [one for one in records() if one.bench == bench]
    return dataclasses.replace(found, **changes)


def with_lines(bench: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]) -> Record:
    """The record of a bench with each of its lines changed, or left out where `change` gives None."""
    changed = [change(dict(line)) for line in record(bench).lines]
    return record(bench, lines=tuple(line for line in changed if line is not None))
