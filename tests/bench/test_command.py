"""`python -m tests.bench`: which words are whose, what is kept, and the page written with and without measuring."""

import json
from pathlib import Path

import pytest

from tests.bench import __main__ as command
from tests.bench import kept
from tests.bench.page import document, records
from tests.bench.page.records import keep, merged, read

SMALL = ("edition", "--items", "5", "--rounds", "1")  # a real bench that takes seconds


@pytest.mark.parametrize(
    ("words", "own", "names", "options"),
    [
        ("", (None, None, None), [], []),
        ("hop busy", (None, None, None), ["hop", "busy"], []),
        ("--people 5", (None, None, None), [], ["--people", "5"]),
        ("scale --people 5 6", (None, None, None), ["scale"], ["--people", "5", "6"]),
        ("--write p.md", ("p.md", None, None), [], []),
        ("--write p.md --keep k hop --x", ("p.md", "k", None), ["hop"], ["--x"]),
        ("--from a b --write p.md", ("p.md", None, ["a", "b"]), [], []),
        ("rehearsal --write p.md", (None, None, None), ["rehearsal"], ["--write", "p.md"]),
    ],
)
def test_words_before_the_names_are_ours_and_those_behind_go_to_each(
    words: str, own: tuple[str | None, ...], names: list[str], options: list[str]
) -> None:
    found, *rest = command.parted(words.split())

    paths = [found.write, found.keep, found.from_]
    assert json.loads(json.dumps(paths, default=str)) == list(own)
    assert rest == [names, options]


def test_bench_that_is_not_there_is_told(capsys) -> None:
    assert command.main(["hop", "nothing"]) == 2
    assert capsys.readouterr().err.startswith("There is no bench nothing: hop, peers,")


def test_measurement_writes_the_page_keeps_what_was_said_and_passes_it_on(tmp_path, capsys) -> None:
    page = tmp_path / "performance.md"

    assert command.main(["--write", str(page), *SMALL]) == 0

    (record,) = read([tmp_path / "performance.jsonl"])
    assert (record.bench, record.words, record.code) == ("edition", SMALL[1:], 0)
    assert record.command == f"python -m tests.bench {' '.join(SMALL)}"
    assert capsys.readouterr().out == "".join(f"{json.dumps(line)}\n" for line in record.lines)
    text = page.read_text(encoding="utf-8")
    assert text == document.page(merged([record]))
    assert "13 targets: 13 not measured." in text
    assert "24 languages, 5 items" in text.replace("\n", " ")


def test_measurement_that_fails_is_kept_as_failed(tmp_path, capsys) -> None:
    file = tmp_path / "kept"

    assert command.main(["--keep", str(file), "edition", "--nonsense"]) == 1

    (record,) = read([file])
    assert (record.code, record.lines) == (2, ())
    assert capsys.readouterr().err.endswith("Failed: edition\n")


def test_each_bench_has_the_size_of_the_targets_and_more_is_asked_behind_it() -> None:
    assert command.sized("ledger", ["--rows", "9"]) == (
        *("--rows", "10000000", "--asked"),
        *("--rows", "9"),
    )
    assert command.sized("hop", []) == command.sized("rehearsal", []) == ()


def test_page_is_written_from_several_files_without_measuring(tmp_path) -> None:
    first, second, page = (tmp_path / name for name in ("a", "b", "page.md"))
    again = kept.record("ledger", began="2026-11-27T09:30:00+00:00")
    keep(first, *kept.records())
    keep(second, again)

    assert command.main(["--from", str(first), str(second), "--write", str(page)]) == 0

    assert page.read_text("utf-8") == document.page(merged([*kept.records(), again]))
    assert read([tmp_path / "page.jsonl"]) == [*kept.records(), again]


def test_page_may_be_written_again_from_what_lies_beside_it(tmp_path) -> None:
    page, lines = tmp_path / "page.md", tmp_path / "page.jsonl"
    keep(lines, *kept.records())

    assert command.main(["--from", str(lines), "--write", str(page)]) == 0

    assert read([lines]) == kept.records()


def test_page_without_a_file_goes_to_the_terminal(tmp_path, capsys) -> None:
    assert command.main(["--from", str(kept.FILE)]) == 0
    assert capsys.readouterr().out == document.page(kept.run())


def test_files_of_different_commits_make_no_page(tmp_path, capsys) -> None:
    page = tmp_path / "page.md"
    keep(tmp_path / "other", kept.record("hop", commit="another"))

    code = command.main(["--from", str(kept.FILE), str(tmp_path / "other"), "--write", str(page)])

    assert (code, page.exists()) == (2, False)
    assert "not of one commit" in capsys.readouterr().err


def test_file_of_another_commit_is_refused_before_it_costs_an_hour(tmp_path, capsys) -> None:
    file = tmp_path / "kept"
    keep(file, kept.record("hop"))

    assert command.main(["--keep", str(file), *SMALL]) == 2

    assert "cannot stand together" in capsys.readouterr().err
    assert len(read([file])) == 1


def test_what_an_earlier_run_said_is_put_aside(tmp_path) -> None:
    page = tmp_path / "page.md"
    records.keep(tmp_path / "page.jsonl", kept.record("hop"))

    assert command.new(page) == tmp_path / "page.jsonl"

    assert not (tmp_path / "page.jsonl").exists()
    assert read([tmp_path / "page.earlier.jsonl"]) == [kept.record("hop")]
    assert isinstance(command.beside(page), Path)
