"""The figures of one rehearsal, as they are printed and as docs/rehearsal.md tells them."""

import os
import platform
from datetime import UTC, datetime
from typing import Any

from tests.bench.rehearsal.judge import Promise, fates, troubles
from tests.bench.rehearsal.meanwhile import DIALS, mean, peak
from tests.bench.rehearsal.story import QUIET, Rehearsal
from tests.faults.stream_judge import Blast

PARTS = ("bulk", "now", "beat", "web", "network", "postgres", "valkey")


def figures(run: Rehearsal, blast: Blast, promises: list[Promise]) -> dict[str, Any]:
    seconds, per_second = mean(run.progress.messages)
    _, receipts_mean = mean(run.progress.receipts)
    quiet, busy = run.moments["quiet"], run.moments["blast"]
    return {
        "name": "rehearsal",
        "on": datetime.now(UTC).date().isoformat(),
        "machine": machine(run),
        "people": run.people,
        "promises": {one.name: one.holds for one in promises},
        "broken": {one.name: str(one.broken)[:2000] for one in promises if not one.holds},
        "troubles": troubles(run),
        "fates": fates(blast),
        "unsure_first": run.unsure_first,
        "steps_s": run.took,
        "sending_s": seconds,
        "messages_per_s": per_second,
        "messages_per_s_peak": peak(run.progress.messages),
        "receipts": run.progress.receipts[-1][1],
        "receipts_per_s": receipts_mean,
        "receipts_per_s_peak": peak(run.progress.receipts),
        "memory_mib": run.progress.memory,
        "ussd_quiet": run.dials.between(quiet, quiet + QUIET),
        "ussd_busy": run.dials.between(busy, busy + run.took["blast"] + run.took["receipts"]),
        "ussd_per_s": DIALS,
        "cost": str(run.product.told("blast", "report", run.blast)["cost"]),
    }


def machine(run: Rehearsal) -> dict[str, Any]:
    (version,) = run.product.rows("SHOW server_version")[0]
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(size / 2**30),
        "python": platform.python_version(),
        "postgresql": version,
        "load": [round(one, 1) for one in os.getloadavg()],
    }


# --- the page ---------------------------------------------------------------------------------------

PAGE = """# Rehearsal: one blast to {people} people

Written by `python -m tests.bench rehearsal --people {plain} --write docs/rehearsal.md` on {on}; the figures are as
measured, on {cores} cores and {memory} GiB, with Python {python} and PostgreSQL {postgresql}. Everything shared those
cores: the whole product as `make up` starts it, the simulated phone network, and the callers.

A list of {people} invented numbers in Kenya, Ethiopia and Uganda was imported, a blast was planned by one member
of staff and approved by another, started, and left alone. While it ran:

* {share} of the {requests} requests to the provider went wrong:
  {faults}.
  Some of those had been accepted all the same, and nothing but the network's own record could tell which;
* killed with `kill -9`: the sender, {bulk} times, and PostgreSQL, {postgres}; stopped and started again: the whole
  product, {restarts};
* messages were lost in the air (5 %), or never reported (3 %); receipts came in any order, some of them before the
  answer that named the message;
* people dialled the USSD code, {dials:g} hops a second.

## What was promised

The judge is the simulated network: its record of each accepted number and text, written down before it
answered, and its account.

{promises}

What became of the messages in the end: {fates}.

Of unknown fate at first: {unsure_first}, because a worker died or the answer was lost. Receipts settled {settled} of
them; the others are named and are never sent again by themselves.

## How fast

| what | figure |
|---|---|
{rows}

Beats every five seconds take up what dead workers held; a request that was under way when its worker died is
called unsure after two minutes. So the last steps take minutes, however few people there are.

## Memory, the highest of each process

| process | MiB |
|---|---|
{memory_rows}

PostgreSQL: the proportional sizes of all its processes together; the others: resident.

## Again

`python -m tests.bench rehearsal --people 20000` does the same in about five minutes; `make faults` runs it with that
many. It ends with exit code 1 and says which promise was broken, if one is.
"""


def page(told: dict[str, Any]) -> str:
    """The Markdown of docs/rehearsal.md."""
    trouble, machine_ = told["troubles"], told["machine"]
    wrong = sum(trouble["faults"].values())
    return PAGE.format(
        people=_n(told["people"]),
        plain=told["people"],
        on=told["on"],
        cores=machine_["cores"],
        memory=machine_["memory_gib"],
        python=machine_["python"],
        postgresql=machine_["postgresql"],
        share=f"{wrong / max(trouble['requests'], 1):.1%}",
        requests=_n(trouble["requests"]),
        faults=", ".join(f"{n} {name}" for name, n in sorted(trouble["faults"].items())),
        bulk=trouble["kills"].get("bulk", 0),
        postgres=trouble["kills"].get("postgres", 0),
        restarts=trouble["restarts_of_the_whole"],
        dials=told["ussd_per_s"],
        promises="\n".join(_promise(name, told) for name in told["promises"]),
        fates=", ".join(f"{_n(n)} {name}" for name, n in sorted(told["fates"].items())),
        unsure_first=_n(told["unsure_first"]),
        settled=_n(told["unsure_first"] - told["fates"].get("unsure", 0)),
        rows="\n".join(f"| {name} | {figure} |" for name, figure in _rows(told)),
        memory_rows="\n".join(
            f"| {part} | {told['memory_mib'][part]} |"
            for part in PARTS
            if part in told["memory_mib"]
        ),
    )


def _promise(name: str, told: dict[str, Any]) -> str:
    broken = told["broken"].get(name)
    return f"* {name}: **{'broken' if broken else 'held'}**{f' ({broken})' if broken else ''}"


def _rows(told: dict[str, Any]) -> list[tuple[str, str]]:
    steps, quiet, busy = told["steps_s"], told["ussd_quiet"], told["ussd_busy"]
    return [
        ("import of the list", _pace(told["people"], steps["import"], "people")),
        ("plan: texts, prices, audience frozen", _pace(told["people"], steps["plan"], "people")),
        (
            "messages: until 99 % were with the provider, kills included",
            f"{told['sending_s']:g} s, {_n(told['messages_per_s'])} a second",
        ),
        ("messages: the best ten seconds", f"{_n(told['messages_per_s_peak'])} a second"),
        ("the whole blast, until it was done", f"{steps['blast']:g} s"),
        (
            "receipts taken by the door",
            f"{_n(told['receipts'])}, {_n(told['receipts_per_s'])} a second; "
            f"the best ten seconds {_n(told['receipts_per_s_peak'])}",
        ),
        ("then until the last receipt was folded", f"{steps['receipts']:g} s"),
        ("then until receipts had settled what was unsure", f"{steps['settling']:g} s"),
        ("USSD before it: median, p99, longest", _times(quiet)),
        ("USSD during it: median, p99, longest", _times(busy)),
    ]


def _pace(count: int, seconds: float, of: str) -> str:
    return f"{seconds:g} s, {_n(round(count / max(seconds, 0.1)))} {of} a second"


def _times(told: dict[str, float]) -> str:
    if not told["hops"]:
        return "no hop"
    return f"{told['p50_ms']}, {told['p99_ms']}, {told['max_ms']} ms ({_n(int(told['hops']))} hops)"


def _n(number: int) -> str:
    return f"{number:,}".replace(",", " ")
