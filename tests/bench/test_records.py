"""What benches said is kept, read and put together; nothing else is."""

import dataclasses
from pathlib import Path

import pytest

from tests.bench.kept import record, records
from tests.bench.page.records import Unusable, keep, merged, must_fit, read


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    keep(file, record("hop"))
    keep(file, record("scale"), record("start"))

    assert read([file]) == [record("hop"), record("scale"), record("start")]


@pytest.mark.parametrize("line", ["no JSON", "{}", '{"bench": "hop"}', "[1]", "3"])
def test_line_that_is_no_record_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    file = tmp_path / "lines.jsonl"
    keep(file, record("hop"))
    file.write_text(f"{file.read_text()}{line}\n")

    with pytest.raises(Unusable, match=r"^lines\.jsonl, line 2 is no record of a bench"):
        read([file])


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="nowhere cannot be read"):
        read([tmp_path / "nowhere"])


def test_newest_of_a_bench_counts_and_the_others_are_told() -> None:
    first, again = record("hop"), record("hop", began="2026-11-27T09:00:00+00:00", seconds=1.0)

    run = merged([again, record("start"), first])

    assert run.newest == {"hop": again, "start": record("start")}
    assert run.older == (first,)
    assert run.span == (record("start").began, again.began)


def test_nothing_makes_no_page() -> None:
    with pytest.raises(Unusable, match="no record of any bench"):
        merged([])


@pytest.mark.parametrize(
    ("what", "other"), [("machine", {"cores": "64"}), ("commit", "0123456789+")]
)
def test_figures_of_two_machines_or_commits_stand_on_no_page(what: str, other: object) -> None:
    strange = record("start", **{what: other})

    with pytest.raises(Unusable, match=f"not of one {what}"):
        merged([*records(), strange])


def test_file_of_another_commit_is_refused_before_anything_is_measured() -> None:
    one = record("hop")

    must_fit([one], one.commit, dataclasses.asdict(one)["machine"])
    with pytest.raises(Unusable, match="not of one commit"):
        must_fit([one], "another", one.machine)
