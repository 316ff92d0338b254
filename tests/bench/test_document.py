"""The page: every target, every bench, and no figure that was not measured in that run."""

import re

import pytest

from tests.bench import kept
from tests.bench.page.document import MISSING, page
from tests.bench.page.records import merged
from tests.bench.page.sections import SECTIONS
from tests.bench.page.targets import TARGETS
from tests.bench.page.words import NotMeasured, amount, only, prose, share
from tests.bench.plan import BENCHES, NAMES


def section(text: str, title: str) -> str:
    """What stands under a heading."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Cells of the table of targets."""
    lines = [line for line in section(text, "The targets").splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def test_every_target_is_a_row_with_its_must_and_its_aim() -> None:
    said = [(cells[0], cells[1], cells[2].strip()) for cells in rows(page(kept.run()))]

    assert said == [(target.figure, target.must, target.aim) for target in TARGETS]


def test_verdicts_are_summed_up() -> None:
    text = page(kept.run())

    verdicts = [cells[-1] for cells in rows(text)]
    (summary,) = re.findall(r"^13 targets: (.+)\.$", text, re.MULTILINE)
    told = {verdict: int(number) for number, verdict in re.findall(r"(\d+) ([a-z ]+)", summary)}
    assert told == {verdict: verdicts.count(verdict) for verdict in set(verdicts)}


def test_head_says_when_and_on_what() -> None:
    head = page(kept.run()).partition("\n## ")[0].replace("\n", " ")

    assert "from 2026-11-26 10:00 to 2026-11-26 11:20 (UTC), commit `0123456789`," in head
    assert (
        "2 cores (Invented 1) and 24 GiB, Linux 6.1, Python 3.11.7, PostgreSQL 18.6, Valkey 9.1.2"
        in head
    )


def test_changes_that_are_in_no_commit_are_told() -> None:
    changed = [kept.record(name, commit="0123456789+") for name in ("hop", "start")]

    text = page(merged(changed))

    assert "commit `0123456789` (with changes that were not committed)" in text.replace("\n", " ")


def test_every_bench_has_a_section_and_the_doors_come_last() -> None:
    titles = re.findall(r"^## (.+)$", page(kept.run()), re.MULTILINE)

    assert sorted(titles[1:-1]) == sorted(bench.title for bench in BENCHES)
    assert titles[-2:] == ["One door process and two", "What this does not show"]


@pytest.mark.parametrize("bench", BENCHES, ids=NAMES)
def test_section_says_what_was_measured_how_and_by_which_command(bench) -> None:
    said = section(page(kept.run()), bench.title)

    command = " ".join(("python -m tests.bench", bench.name, *bench.words))
    assert f"Again: `{command}`: " in said
    assert bench.how.split("`")[0][:40] in said.replace("\n", " ")
    assert "Not measured:" not in said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["left out", "failed", "with other lines"])
def test_bench_without_a_result_has_no_figure(name: str, how: str) -> None:
    record = {
        "left out": None,
        "failed": kept.record(name, code=1),
        "with other lines": kept.record(name, lines=({"name": "something else"},)),
    }[how]

    text = page(kept.run(**{name: record}))

    (title,) = [bench.title for bench in BENCHES if bench.name == name]
    said = section(text, title)
    assert "Not measured: " in said
    assert "|" not in said
    for target, cells in zip(TARGETS, rows(text), strict=True):
        assert (cells[3] == cells[5] == MISSING) == (target.bench == name)


@pytest.mark.parametrize("name", NAMES)
def test_line_that_lacks_a_value_costs_its_own_section_alone(name: str) -> None:
    bare = tuple({"name": line["name"]} for line in kept.record(name).lines)

    text = page(kept.run(**{name: kept.record(name, lines=bare)}))

    missing = re.findall(r"^Not measured: .+$", text, re.MULTILINE)
    assert len(missing) == 1


def test_repeated_bench_is_told_with_what_it_said_before() -> None:
    again = kept.record("start", began="2026-11-27T09:30:00+00:00", words=("--rounds", "9"))

    text = page(merged([*kept.records(), again]))

    head = text.partition("\n## ")[0].replace("\n", " ")
    first = "`python -m tests.bench start` of 2026-11-26 11:20"
    said = "`make up` from a warm cache to first page; cold: 15.7 s; 104.2 s, missed"
    assert f"Before it: {first} ({said})." in head
    assert "start --rounds 9`: 116 s, from 2026-11-27 09:30" in section(text, BENCHES[-1].title)
    assert "more than once" not in page(kept.run())


def test_repeated_bench_that_failed_before_is_told_as_such() -> None:
    failed = kept.record("start", began="2026-11-25T09:30:00+00:00", code=1)

    head = page(merged([*kept.records(), failed])).partition("\n## ")[0]

    assert "not measured, not measured)" in head.replace("\n", " ")


def test_tables_have_as_many_cells_in_each_row_as_in_their_head() -> None:
    tables = [part.splitlines() for part in page(kept.run()).split("\n\n") if part.startswith("|")]

    assert len(tables) > 12
    assert [one[0] for one in tables if len({line.count("|") for line in one}) != 1] == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1234567, "1 234 567"),
        (1234.5, "1 234"),
        (123.4, "123"),
        (12.34, "12.3"),
        (0.6249, "0.625"),
        (0, "0"),
    ],
)
def test_numbers_are_written_as_they_are_read(value, said) -> None:
    assert amount(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(1.0, "100 %"), (0.99999, "99.9 %"), (0.9375, "93.8 %"), (0.0, "0 %")]
)
def test_less_than_all_is_never_a_hundred_per_cent(value, said) -> None:
    assert share(value) == said


def test_command_is_never_broken_between_two_lines() -> None:
    text = prose(f"{'word ' * 22}`python -m tests.bench hop --some thing`")

    assert text.splitlines()[-1] == "`python -m tests.bench hop --some thing`"


def test_line_that_was_not_run_is_told_by_its_size() -> None:
    with pytest.raises(NotMeasured, match="not run with people 1 000 000"):
        only(kept.record("scale").lines[:1], "blast_by_size", people=1_000_000)


def test_no_section_is_without_a_bench() -> None:
    assert list(SECTIONS) == list(NAMES)
