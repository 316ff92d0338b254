"""The targets, in their order, and how each is read from what its bench said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.answers import LANGUAGES
from tests.bench.page.records import Line
from tests.bench.page.words import NotMeasured, amount, every, milliseconds, only, share
from tests.bench.peers.places import PEERS

BLAST, MANY, EXPOSURES = 200_000, 1_000_000, 10_000_000  # the sizes that the targets name
FLAT = 1.15  # memory of the largest blast over that of the smallest
MIB = 80, 150  # aim, must
CROWD = 64  # connections of a door that is busy


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure against its target; `told`: the absolute figures behind it. `aimed` None: there is no aim."""

    figure: str
    told: str
    met: bool
    aimed: bool | None = None

    @property
    def verdict(self) -> str:
        if not self.met:
            return "missed"
        return "aim met" if self.aimed else "must met"


@dataclass(frozen=True, slots=True)
class Target:
    """One row. `read` raises NotMeasured, or KeyError where a line lacks what it needs."""

    figure: str
    must: str
    aim: str
    bench: str
    read: Callable[[Sequence[Line]], Reading]


def _floor(name: str, must: float, aim: float) -> Callable[[Sequence[Line]], Reading]:
    def read(lines: Sequence[Line]) -> Reading:
        line = only(lines, name)
        told = "; ".join(
            f"{one['connections']} connections: {amount(one['per_second'])} of {amount(one['raw_per_second'])} a second"
            for one in line["by_connections"]
        )
        return Reading(f"{line['ratio']:.2f}", told, line["ratio"] >= must, line["ratio"] >= aim)

    return read


def _peer(lines: Sequence[Line]) -> Reading:
    """At as many connections as the target was set with, one process a side; with one connection beside it."""
    found = [line for line in every(lines, "hop_vs_peer") if "ratio" in line]
    if missing := {peer.name for peer in PEERS} - {line["peer"] for line in found}:
        raise NotMeasured(f"{', '.join(sorted(missing))} could not be measured")
    crowds = [(line, _case(line, CROWD)) for line in found]
    best, crowd = min(crowds, key=lambda one: one[1]["ratio"])
    ours, theirs = crowd["hop_peer_per_second"]
    others = ", ".join(
        f"{line['peer']} on {line['server']} {case['ratio']:.1f}" for line, case in crowds
    )
    alone = min(_case(line, 1)["ratio"] for line in found)
    told = (
        f"{CROWD} connections: {amount(ours)} against {amount(theirs)} a second of {best['peer']}; {others}; with one "
        f"connection, where both wait for the generator, {alone:.1f}"
    )
    return Reading(f"{crowd['ratio']:.1f}", told, crowd["ratio"] >= 5, crowd["ratio"] >= 12)


def _case(line: Line, connections: int) -> dict[str, Any]:
    wanted = (1, connections)
    found: list[dict[str, Any]] = line["cases"]
    (case,) = [one for one in found if (one["processes"], one["connections"]) == wanted]
    return case


def _during_blast(lines: Sequence[Line]) -> Reading:
    line = only(lines, "ussd_p99_during_blast")
    if line["people"] < BLAST:
        raise NotMeasured(f"run with a blast to {amount(line['people'])} only")
    if line["over_too_soon"]:
        raise NotMeasured("the blast was over before the rounds were")
    (case,) = [one for one in line["busy_quiet"] if one["connections"] == 64]
    busy, quiet = map(milliseconds, case["p99_ms"])
    told = f"p99 {busy}, quiet {quiet}; meanwhile {amount(line['sent_per_s'])} messages a second"
    return Reading(f"{line['ratio']:.2f}", told, line["ratio"] <= 3, line["ratio"] <= 1.5)


def _outage(lines: Sequence[Line]) -> Reading:
    line = only(lines, "ussd_while_stores_are_down")
    told = (
        f"{amount(line['hops'])} hops in {line['seconds']:g} s without both; the slowest took {amount(line['slowest_ms'])} ms; "
        f"counted twice: {line['twice']}"
    )
    wrong = line["unanswered"] + line["wrong"] + line["uncounted"] + line["twice"]
    figure = f"{share(line['share'])}, {amount(line['uncounted'])} uncounted"
    return Reading(figure, told, line["share"] == 1 and wrong == 0)


def _blast(lines: Sequence[Line]) -> Reading:
    line = only(lines, "blast_vs_one_task_a_person", latency_ms=20)
    told = (
        f"{amount(line['batch_1000_per_s'])} a second with 1 000 numbers a request, {amount(line['batch_100_per_s'])} with 100 "
        f"({line['batch_100_ratio']:.0f} times), against {amount(line['naive_per_s'])}"
    )
    return Reading(f"{line['ratio']:.0f}", told, line["ratio"] >= 50, line["ratio"] >= 250)


def _memory(lines: Sequence[Line]) -> Reading:
    line = only(lines, "sender_memory")
    if line["people"][-1] < MANY:
        raise NotMeasured(f"run with {amount(line['people'][-1])} people only")
    peak, growth = line["peak_mib"][-1], line["growth"]
    told = f"{growth:.2f} times that for {amount(line['people'][0])} people ({line['peak_mib'][0]} MiB)"
    aim, must = MIB
    return Reading(f"{peak} MiB", told, peak <= must, peak <= aim and growth <= FLAT)


def _freeze(lines: Sequence[Line]) -> Reading:
    line = only(lines, "blast_by_size", people=MANY)
    ratio = line["freeze_ratio"]
    told = f"{amount(line['freeze_per_s'])} people a second"
    return Reading(f"{ratio:.2f}", told, ratio >= 0.5, ratio >= 0.9)


def _donor(lines: Sequence[Line]) -> Reading:
    line = only(lines, "donor_figure_vs_count_distinct")
    if line["rows"] < EXPOSURES:
        raise NotMeasured(f"run with {amount(line['rows'])} exposures only")
    asked = {"quarter": "a quarter", "year": "the year", "table": "all breakdowns"}
    told = "; ".join(
        f"{what}: {milliseconds(line[f'{name}_figure_ms'])} against {milliseconds(line[f'{name}_distinct_ms'])}"
        for name, what in asked.items()
    )
    slowest = max(line[f"{name}_figure_ms"] for name in asked)
    exact = bool(line["exact"])
    aimed = line["ratio"] >= 300 and slowest <= 30
    figure = f"{amount(line['ratio'])}, {'exact' if exact else 'not exact'}"
    return Reading(figure, told, exact and line["ratio"] >= 50, aimed)


def _faults(lines: Sequence[Line]) -> Reading:
    line = only(lines, "fault_tests")
    held = [name for name, (good, tests) in line["held"].items() if good == tests > 0]
    broken = [name for name in line["held"] if name not in held]
    told = (
        f"{line['tests']} tests in their {line['form']} form, one seed or few: the aim is not tried"
    )
    if broken:
        told = f"not held: {', '.join(broken)}; {told}"
    return Reading(f"{len(held)} of {len(line['held'])} hold", told, not broken, False)


def _all_languages(lines: Sequence[Line]) -> list[Line]:
    found = every(lines, "answers")
    if missing := set(LANGUAGES) - {line["language"] for line in found}:
        raise NotMeasured(f"without {', '.join(sorted(missing))}")
    return found


def _answers(lines: Sequence[Line]) -> Reading:
    found = _all_languages(lines)
    (top, top_of), (sure, sure_of) = (
        min((line[what], line["language"]) for line in found) for what in ("top3", "sure_precision")
    )
    told = f"the lowest of {len(found)} languages: {top_of} among three, {sure_of} when sure"
    worst = min(top, sure)
    return Reading(f"{share(top)} / {share(sure)}", told, worst >= 0.95, worst >= 0.98)


def _danger(lines: Sequence[Line]) -> Reading:
    found = _all_languages(lines)
    heard = [
        (line["safeguarding_recall"], line["safeguarding_false_alarms"], line["language"])
        for line in found
    ]
    recall, alarms, language = min(heard)
    quiet = all(alarm <= 0.05 for _, alarm, _ in heard)
    told = (
        f"the lowest: {language}; highest share of false alarms {share(max(alarm for _, alarm, _ in heard))}, "
        f"of those at 5 % or fewer: {sum(alarm <= 0.05 for _, alarm, _ in heard)} of {len(heard)} languages"
    )
    figure = f"{share(recall)} at {share(alarms)}"
    return Reading(figure, told, quiet and recall >= 0.95, quiet and recall >= 0.98)


def _start(lines: Sequence[Line]) -> Reading:
    line = only(lines, "make_up_to_first_page")
    warm, cold = line["warm"], line["cold"]
    if cold is None:
        raise NotMeasured(f"warm {warm:g} s; cold not measured: {line['why']}")
    told = f"fresh folder with packages in the cache: {line['cached']:g} s"
    met, aimed = (
        warm <= limit["warm"] and cold <= limit["cold"] for limit in (line["must"], line["aim"])
    )
    return Reading(f"{warm:g} s; {cold:g} s", told, met, aimed)


TARGETS = (
    Target(
        "USSD hop, journalled / raw granian WSGI floor (median of >= 5 interleaved rounds)",
        *("0.50", "0.70"),
        "hop",
        _floor("ussd_hop_vs_raw_floor", 0.5, 0.7),
    ),
    Target("USSD hop / best Python peer (anysd, cardisk)", "5", "12", "peers", _peer),
    Target(
        "USSD p99 at 64 connections while a 200 000 blast runs / quiet p99",
        *("3", "1.5"),
        "busy",
        _during_blast,
    ),
    Target(
        "USSD answered while PostgreSQL and Redis are down",
        *("100 %, none uncounted", ""),
        "outage",
        _outage,
    ),
    Target(
        "blast messages/s / one Celery task per person with the plain SDK, 20 ms gateway",
        *("50", "250"),
        "blast",
        _blast,
    ),
    Target("sender memory for 1 000 000 people", "150 MiB", "80 MiB, flat", "scale", _memory),
    Target(
        "audience freeze of 1 000 000 / bare `INSERT ... SELECT`", "0.5", "0.9", "scale", _freeze
    ),
    Target(
        "receipt intake / raw floor",
        *("0.5", "0.85"),
        "hop",
        _floor("receipt_vs_raw_floor", 0.5, 0.85),
    ),
    Target(
        "donor figure over 10 million exposures / `COUNT(DISTINCT)`",
        *("50", "300, exact, <= 30 ms"),
        "ledger",
        _donor,
    ),
    Target(
        "fault tests F1-F12",
        *("0 lost, 0 twice, every unsure one named", "over 1 000 seeds"),
        "faults",
        _faults,
    ),
    Target(
        "bot: right answer in the top 3 / sure answers right",
        *("95 % / 95 %", "98 % / 98 %, per language"),
        "answers",
        _answers,
    ),
    Target(
        "safeguarding recall at <= 5 % false alarms",
        *("95 % per language", "98 %"),
        "answers",
        _danger,
    ),
    Target(
        "`make up` from a warm cache to first page; cold",
        "15 s; 120 s",
        "8 s; 60 s",
        "start",
        _start,
    ),
)
