"""The figures of each bench, as lines of Markdown."""

from collections.abc import Callable, Mapping, Sequence

from tests.bench.page.records import Line
from tests.bench.page.words import amount, every, milliseconds, only, share, table

Lines = Sequence[Line]


def _hop(lines: Lines) -> str:
    names = {"ussd_hop_vs_raw_floor": "USSD hop", "receipt_vs_raw_floor": "receipt"}
    return table(
        ("what", "connections", "a second", "floor", "ratio", "by processor time", "p99 / floor's"),
        [
            (
                what,
                one["connections"],
                *(amount(one["per_second"]), amount(one["raw_per_second"])),
                *(f"{one[ratio]:.2f}" for ratio in ("ratio", "cpu_ratio", "p99_ratio")),
            )
            for name, what in names.items()
            for one in only(lines, name)["by_connections"]
        ],
    )


def _peers(lines: Lines) -> str:
    rows: list[tuple[object, ...]] = []
    skipped = []
    for line in every(lines, "hop_vs_peer"):
        peer = f"{line['peer']} {line['release']} on {line['server']}"
        if "skipped" in line:
            skipped.append(f"{peer} was not measured: {line['skipped']}.")
            continue
        for case in line["cases"]:
            ours, theirs = map(amount, case["hop_peer_per_second"])
            p99 = " / ".join(map(amount, case["hop_peer_p99_ms"]))
            rows.append(
                (
                    peer,
                    case["processes"],
                    case["connections"],
                    ours,
                    theirs,
                    f"{case['ratio']:.1f}",
                    p99,
                )
            )
    head = (
        "peer",
        "processes",
        "connections",
        "ours a second",
        "theirs",
        "ratio",
        "p99 ms, ours / theirs",
    )
    return "\n\n".join((table(head, rows), *skipped))


def _busy(lines: Lines) -> str:
    rows = [
        (
            what,
            case["connections"],
            *(" / ".join(map(amount, case[name])) for name in ("p50_ms", "p99_ms", "per_second")),
        )
        for name, what in (
            ("ussd_p99_during_blast", "a blast"),
            ("ussd_p99_during_export", "an export"),
        )
        for case in only(lines, name)["busy_quiet"]
    ]
    taken = only(lines, "ussd_while_edition_is_taken_up")
    during, before = map(milliseconds, taken["p99_ms"])
    longest = milliseconds(taken["max_ms"][0])
    head = (
        "beside",
        "connections",
        "p50 ms, busy / quiet",
        "p99 ms, busy / quiet",
        "a second, busy / quiet",
    )
    blast = only(lines, "ussd_p99_during_blast")
    return (
        f"{table(head, rows)}\n\nThe blast: {amount(blast['people'])} people, {amount(blast['sent_per_s'])} messages a second "
        f"meanwhile. While an edition of {amount(taken['items'])} items ({taken['bytes'] / 1e6:.0f} MB) is taken up: "
        f"p99 {during} against {before} before, the longest {longest}; it is served after at most "
        f"{taken['served_after_at_most_s']:g} s."
    )


def _doors(lines: Lines) -> str:
    found = every(lines, "ussd_two_doors_vs_one")
    rows = [
        (
            line["connections"],
            *(" / ".join(map(amount, line[name])) for name in ("per_second", "p50_ms", "p99_ms")),
            f"{line['ratio']:.2f}",
            *(" / ".join(map(amount, line[name])) for name in ("cpu_us",)),
            *(" / ".join(map(share, line[name])) for name in ("generator_busy", "stores_busy")),
        )
        for line in found
    ]
    head = (
        *("connections", "hops a second, one / two", "p50 ms", "p99 ms", "ratio 2 : 1"),
        *("µs of processor a hop", "generator's share of core 1", "stores' share"),
    )
    (one, _), (_, two) = (
        only(lines, "ussd_two_doors_vs_one", connections=connections)["cpu_us"]
        for connections in (64, 128)
    )
    return (
        f"{table(head, rows)}\n\nThe generator and the stores take their part of core 1 from the second door, so the ratio is "
        f"below what two doors with a core each would give. What a hop costs tells that: {one:.0f} µs of the processor with one "
        f"door and 64 connections, {two:.0f} µs with two and 128, as many a door. At these costs two doors with a core each "
        f"would carry {2 * one / two:.2f} times what one does (computed, not measured)."
    )


def _outage(lines: Lines) -> str:
    line = only(lines, "ussd_while_stores_are_down")
    return (
        f"{amount(line['hops'])} hops while both were away for {line['seconds']:g} s, answered: {share(line['share'])}. Of all "
        f"hops of the run: wrong screens {line['wrong']}, uncounted {line['uncounted']}, counted twice {line['twice']}; the "
        f"slowest answer {amount(line['slowest_ms'])} ms."
    )


def _blast(lines: Lines) -> str:
    rows = [
        (
            f"{line['latency_ms']} ms",
            amount(line["naive_per_s"]),
            *(
                f"{amount(line[f'batch_{size}_per_s'])} ({line[f'batch_{size}_ratio']:.0f} times)"
                for size in (100, 1000)
            ),
            *(amount(line[f"batch_1000_{name}"]) for name in ("with_ledger_per_s", "per_cpu_s")),
        )
        for line in every(lines, "blast_vs_one_task_a_person")
    ]
    head = (
        *("latency", "one task a person, a second", "ours, 100 a request", "ours, 1 000 a request"),
        *("with the ledger folded", "messages a second of processor"),
    )
    people = every(lines, "blast_vs_one_task_a_person")[0]["people"]
    return f"{table(head, rows)}\n\nA blast to {amount(people)} people each time."


def _scale(lines: Lines) -> str:
    names = (
        "peak_mib",
        "per_s",
        "with_ledger_per_s",
        "freeze_per_s",
        "freeze_ratio",
        "receipts_per_s",
        "fold_ratio",
    )
    head = (
        *("people", "sender MiB", "sent a second", "with the ledger", "frozen a second"),
        *("freeze / bare", "receipts folded a second", "times one UPDATE each"),
    )
    rows = [
        (amount(line["people"]), *(amount(line[name]) for name in names))
        for line in every(lines, "blast_by_size")
    ]
    return table(head, rows)


def _network(lines: Lines) -> str:
    line = only(lines, "network_messages_per_s")
    return (
        f"{amount(line['per_s'])} messages a second ({amount(line['people'])} in all), {amount(line['receipts_per_s'])} receipts "
        f"a second; at most {line['peak_mib']} MiB."
    )


def _ledger(lines: Lines) -> str:
    line = only(lines, "donor_figure_vs_count_distinct")
    rows = [
        (
            name,
            *(milliseconds(line[f"{asked}_{way}_ms"]) for way in ("figure", "distinct")),
            amount(line[f"{asked}_figure_ratio"]),
        )
        for asked, name in (
            ("quarter", "a quarter"),
            ("year", "the year"),
            ("table", "all breakdowns of the year"),
        )
    ]
    said = {
        "record_per_s": "exposures recorded a second at this size: {}",
        "asked_s": "counting the quarter and the year the first time: {} s",
        "refresh_s": "counting all standard periods the first time: {} s",
        "minute_s": "a refresh with a thousand new exposures: {} s",
        "crowd_s": "a refresh with fifteen thousand: {} s",
        "free_range_s": "a range of dates that nobody keeps: {} s",
        "postgres_mib": "PostgreSQL's own memory at most: {} MiB",
        "verify_s": "recounting the whole ledger: {} s",
    }
    rest = "; ".join(text.format(amount(line[name])) for name, text in said.items() if name in line)
    head = ("asked", "kept figure", "COUNT(DISTINCT)", "ratio")
    return (
        f"{table(head, rows)}\n\n{amount(line['rows'])} exposures of {amount(line['people'])} people. "
        f"{rest[0].upper()}{rest[1:]}."
    )


def _export(lines: Lines) -> str:
    head = (
        "file",
        "rows",
        "rows a second",
        "seconds",
        "memory beyond, MiB",
        "of a tenth",
        "MiB on disk",
    )
    names = {"export_long_csv": "long CSV", "export_workbook": "workbook"}
    rows = []
    for name, what in names.items():
        line = only(lines, name)
        said = ("rows", "rows_per_s", "seconds", "grown_MiB", "grown_of_a_tenth_MiB", "file_MiB")
        rows.append((what, *(amount(line[one]) for one in said)))
    return table(head, rows)


def _packs(lines: Lines) -> str:
    line = only(lines, "evidence_pack")
    return (
        f"{amount(line['rows'])} rows: counted in {line['count_s']:g} s, made in {line['make_s']:g} s with "
        f"{line['make_peak_mib']} MiB, {line['size_mib']:g} MiB on disk; counted again in {line['audit_s']:g} s with "
        f"{line['audit_peak_mib']} MiB."
    )


def _growth(lines: Lines) -> str:
    line = only(lines, "hop_as_edition_grows")
    head = ("screens", "a hop, µs", "the replay alone, µs", "over all paths, µs")
    columns = (line["screens"], *(line[name]["us"] for name in ("hop", "walk", "spread")))
    rows = [tuple(map(amount, row)) for row in zip(*columns, strict=True)]
    return f"{table(head, rows)}\n\nSmallest over largest: {line['ratio']:.2f}; 1 is flat."


def _edition(lines: Lines) -> str:
    line = only(lines, "edition")
    return (
        f"{line['languages']} languages, {amount(line['items'])} items, {amount(line['screens'])} screens, "
        f"{line['bytes'] / 1e6:.0f} MB: compiled in {line['compile_s']:g} s, taken up in {line['load_ms']:g} ms, "
        f"{line['mb']:g} MB in memory."
    )


def _understanding(lines: Lines) -> str:
    found = every(lines, "understanding")
    rows = [
        (
            line["set"],
            line["examples"],
            *(
                share(line[name])
                for name in ("accuracy", "top3", "sure_share", "sure_precision", "leak_near")
            ),
        )
        for line in found
        if "accuracy" in line
    ]
    head = ("set", "ways of asking", "right", "among three", "sure", "right when sure", "near leak")
    cost = only(found, "understanding", set="100 answers")
    return (
        f"{table(head, rows)}\n\n100 answers with 20 ways of asking each: a question {cost['p50_cpu_ms']:g} ms of the processor "
        f"(p95 {cost['p95_cpu_ms']:g} ms), fitting {cost['fit_cpu_ms'] / 1000:.1f} s, {cost['held_mb']:g} MB in memory."
    )


def _answers(lines: Lines) -> str:
    names = ("accuracy", "top3", "sure_precision", "sure_share", "leak_near", "leak_far")
    danger = ("safeguarding_recall", "safeguarding_false_alarms")
    rows = [
        (line["language"], *(share(line[name]) for name in (*names, *danger)), line["left_out"])
        for line in every(lines, "answers")
    ]
    head = (
        *("language", "right", "among three", "right when sure", "sure", "near leak", "far leak"),
        *("danger heard", "false alarms", "questions left out"),
    )
    return table(head, rows)


def _faults(lines: Lines) -> str:
    line = only(lines, "fault_tests")
    rows = [(name, f"{good} of {tests}") for name, (good, tests) in line["held"].items()]
    return table(("fault", "tests that held"), rows)


def _start(lines: Lines) -> str:
    line = only(lines, "make_up_to_first_page")
    rounds = ", ".join(f"{one:g}" for one in line["warm_rounds"])
    if line["cold"] is None:
        return f"Warm: {rounds} s, by `{line['command']}`. Cold was not measured: {line['why']}."
    return f"Cold {line['cold']:g} s, cached {line['cached']:g} s, warm {rounds} s."


SECTIONS: Mapping[str, Callable[[Lines], str]] = {
    "hop": _hop,
    "peers": _peers,
    "busy": _busy,
    "doors": _doors,
    "outage": _outage,
    "blast": _blast,
    "scale": _scale,
    "network": _network,
    "ledger": _ledger,
    "export": _export,
    "packs": _packs,
    "growth": _growth,
    "edition": _edition,
    "understanding": _understanding,
    "answers": _answers,
    "faults": _faults,
    "start": _start,
}
