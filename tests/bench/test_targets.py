"""Each target is read from what its bench said: the figure, the verdict, and that it was not measured."""

from typing import Any

import pytest

from tests.bench import kept
from tests.bench.page.document import MISSING, row
from tests.bench.page.sections import SECTIONS
from tests.bench.page.targets import TARGETS
from tests.bench.plan import ALONE, NAMES

BY_FIGURE = {target.figure: target for target in TARGETS}
SHORT = {
    "hop": "USSD hop, journalled / raw granian WSGI floor (median of >= 5 interleaved rounds)",
    "peer": "USSD hop / best Python peer (anysd, cardisk)",
    "during": "USSD p99 at 64 connections while a 200 000 blast runs / quiet p99",
    "outage": "USSD answered while PostgreSQL and Redis are down",
    "blast": "blast messages/s / one Celery task per person with the plain SDK, 20 ms gateway",
    "memory": "sender memory for 1 000 000 people",
    "freeze": "audience freeze of 1 000 000 / bare `INSERT ... SELECT`",
    "receipt": "receipt intake / raw floor",
    "donor": "donor figure over 10 million exposures / `COUNT(DISTINCT)`",
    "faults": "fault tests F1-F12",
    "answers": "bot: right answer in the top 3 / sure answers right",
    "danger": "safeguarding recall at <= 5 % false alarms",
    "start": "`make up` from a warm cache to first page; cold",
}


def read(short: str, **changes: Any) -> tuple[str, str, str]:
    """What the page says of a target when these values of its bench's lines are others: figure, told, verdict."""
    target = BY_FIGURE[SHORT[short]]
    record = kept.with_lines(target.bench, lambda line: line | changes)
    *_, figure, told, verdict = row(target, kept.run(**{target.bench: record}))
    return figure, told, verdict


def test_targets_are_all_there_and_in_their_order() -> None:
    assert [target.figure for target in TARGETS] == list(SHORT.values())


def test_each_target_has_a_bench_that_runs_and_is_told() -> None:
    assert {target.bench for target in TARGETS} <= set(NAMES)
    assert set(SECTIONS) == set(NAMES)
    assert set(NAMES).isdisjoint(ALONE)


@pytest.mark.parametrize("short", SHORT)
def test_each_target_is_read_from_real_lines(short: str) -> None:
    figure, told, verdict = read(short)

    assert MISSING not in (figure, verdict)
    assert figure
    assert told


@pytest.mark.parametrize("short", ["hop", "receipt", "blast", "donor"])
@pytest.mark.parametrize(
    ("ratio", "verdict"), [(0.1, "missed"), (100.0, "must met"), (1000.0, "aim met")]
)
def test_ratio_is_held_against_must_and_aim(short: str, ratio: float, verdict: str) -> None:
    ratio = {"hop": ratio / 200, "receipt": ratio / 125}.get(short, ratio)

    assert read(short, ratio=ratio)[2] == verdict


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(4.9, "missed"), (5.0, "must met"), (12.0, "aim met")]
)
def test_peers_are_compared_at_many_connections_of_one_process(ratio: float, verdict: str) -> None:
    case = {"processes": 1, "hop_peer_per_second": [30_000.0, 6_000.0]}
    cases = [
        case | {"connections": 1, "ratio": 2.0},
        case | {"connections": 64, "ratio": ratio},
        case | {"connections": 64, "ratio": 1.0, "processes": 2},
    ]

    assert read("peer", cases=cases)[::2] == (f"{ratio:.1f}", verdict)


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(1.5, "aim met"), (1.51, "must met"), (3, "must met"), (3.01, "missed")]
)
def test_small_ratio_is_the_better_one_for_waiting(ratio: float, verdict: str) -> None:
    assert read("during", ratio=ratio)[::2] == (f"{ratio:.2f}", verdict)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ("100 %, 0 uncounted", "must met")),
        ({"share": 0.99999}, ("99.9 %, 0 uncounted", "missed")),
        ({"uncounted": 1}, ("100 %, 1 uncounted", "missed")),
        ({"twice": 1}, ("100 %, 0 uncounted", "missed")),
        ({"wrong": 1}, ("100 %, 0 uncounted", "missed")),
    ],
)
def test_every_hop_of_an_outage_must_be_answered_and_counted_once(changes, said) -> None:
    assert read("outage", **changes)[::2] == said


@pytest.mark.parametrize(
    ("peak", "growth", "verdict"),
    [(80, 1.1, "aim met"), (80, 1.2, "must met"), (150, 1.0, "must met"), (151, 1.0, "missed")],
)
def test_memory_must_be_small_and_is_meant_to_be_flat(peak, growth, verdict) -> None:
    assert read("memory", peak_mib=[70, peak], growth=growth)[::2] == (f"{peak} MiB", verdict)


@pytest.mark.parametrize(
    ("short", "changes", "why"),
    [
        ("during", {"people": 20_000}, "run with a blast to 20 000 only"),
        ("during", {"over_too_soon": True}, "the blast was over before the rounds were"),
        ("memory", {"people": [1_000, 20_000]}, "run with 20 000 people only"),
        ("freeze", {"people": 20_000}, "not run with people 1 000 000"),
        ("donor", {"rows": 9_999_999}, "run with 9 999 999 exposures only"),
        ("blast", {"latency_ms": 100}, "not run with latency ms 20"),
        ("answers", {"language": "sw"}, "without am, ar, en, fr, om, so, ti"),
        ("danger", {"language": "sw"}, "without am, ar, en, fr, om, so, ti"),
        ("peer", {"peer": "anysd"}, "cardisk could not be measured"),
    ],
)
def test_what_was_run_smaller_than_the_target_names_is_not_measured(short, changes, why) -> None:
    assert read(short, **changes) == (MISSING, why, MISSING)


def test_figures_that_are_not_exact_miss_whatever_their_speed() -> None:
    quick = {f"{name}_figure_ms": 30 for name in ("quarter", "year", "table")}

    assert read("donor", ratio=400, **quick)[::2] == ("400, exact", "aim met")
    assert read("donor", ratio=400, **quick | {"year_figure_ms": 31})[2] == "must met"
    assert read("donor", ratio=400, exact=False)[::2] == ("400, not exact", "missed")


def test_one_fault_that_did_not_hold_or_did_not_run_is_named() -> None:
    held = kept.record("faults").lines[0]["held"]

    assert read("faults")[::2] == ("12 of 12 hold", "must met")
    figure, told, verdict = read("faults", held=held | {"F3": [1, 2], "F7": [0, 0]})
    assert (figure, verdict) == ("10 of 12 hold", "missed")
    assert told.startswith("not held: F3, F7;")


def test_the_lowest_language_decides() -> None:
    def lower(line: dict[str, Any]) -> dict[str, Any]:
        high = line | {"top3": 0.99, "sure_precision": 0.99}
        return high | ({"top3": 0.96} if line["language"] == "om" else {})

    target = BY_FIGURE[SHORT["answers"]]
    *_, figure, told, verdict = row(target, kept.run(answers=kept.with_lines("answers", lower)))

    assert (figure, verdict) == ("96 % / 99 %", "must met")
    assert "om among three" in told


@pytest.mark.parametrize(
    ("recall", "alarms", "verdict"),
    [
        (0.98, 0.05, "aim met"),
        (0.95, 0.05, "must met"),
        (0.99, 0.06, "missed"),
        (0.94, 0, "missed"),
    ],
)
def test_danger_must_be_heard_without_crying_wolf(recall, alarms, verdict) -> None:
    said = read("danger", safeguarding_recall=recall, safeguarding_false_alarms=alarms)

    assert said[2] == verdict


@pytest.mark.parametrize(
    ("warm", "cold", "verdict"),
    [(8, 60, "aim met"), (8, 61, "must met"), (15, 120, "must met"), (16, 20, "missed")],
)
def test_start_is_measured_warm_and_cold(warm, cold, verdict) -> None:
    assert read("start", warm=warm, cold=cold)[::2] == (f"{warm} s; {cold} s", verdict)


def test_start_without_an_index_says_what_it_could_measure() -> None:
    said = read("start", warm=4.5, cold=None, cached=None, why="no index")

    assert said == (MISSING, "warm 4.5 s; cold not measured: no index", MISSING)
