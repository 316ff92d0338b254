"""docs/performance.md, written from what the benches said: records in, Markdown out."""

import textwrap
from collections import Counter
from collections.abc import Iterator

from tests.bench.page.records import Record, Run
from tests.bench.page.sections import SECTIONS
from tests.bench.page.targets import TARGETS, Target
from tests.bench.page.words import NotMeasured, prose, table
from tests.bench.plan import BENCHES, Bench

MISSING = "not measured"
LAST = "doors"  # what the operator's page refers to
VERDICTS = ("aim met", "must met", "missed", MISSING)
TITLE = "# Performance: each target, as measured"
WRITTEN = (
    'Written by `make bench ARGS="--write docs/performance.md"`, never by hand: figures from {first} to {last} (UTC), commit '
    "`{commit}`{changed}, on a machine with {cores} cores ({processor}) and {memory_gib} GiB, {system}, Python {python}, "
    "PostgreSQL {postgresql}, Valkey {valkey}. What the benches said is in [performance.jsonl](performance.jsonl), from which "
    "`python -m tests.bench --from` writes this page again. The benches here took {minutes} minutes."
)
CHANGED = " (with changes that were not committed)"
READ = (
    "A figure against a target is a ratio of two things measured in the same run on the same machine, where nothing else is "
    "said; absolute figures are those of that run and hang on the machine, so compare them with nothing but each other. "
    "All people and numbers are invented, and the provider is the simulated network."
)
NOT_SHOWN = (
    "One machine with few cores, which what was measured shared with what measured it: absolute figures are lower than those "
    "of a server of its own, and percentiles higher. No other processor, disk or system was tried.",
    "No network in between: everything speaks over loopback, without TLS and without the proxy in front.",
    "No provider: the simulated network answers like one; how many messages a real one takes a second decides how long a "
    "blast lasts.",
    "Minutes, not months: no figure is of a deployment that has run for a year, of a disk that is nearly full, or of a "
    "database that was upgraded. One blast to a million people through the whole product, with everything that goes wrong, "
    "is the [rehearsal](rehearsal.md).",
    "Several machines: doors and workers on others than the database's were not measured.",
    "The peers are two programs of the Python index with the same four screens, not what a phone company runs.",
    "Questions and cries for help are invented drafts by people who are no native speakers: real ones will be understood less "
    "well.",
    "Fault tests show that nothing was lost in the cases that were tried, with the seeds that were tried.",
)


def page(run: Run) -> str:
    """The whole document. A bench that failed or was left out has no figure anywhere on it."""
    ordered = [one for one in BENCHES if one.name != LAST]
    ordered += [one for one in BENCHES if one.name == LAST]
    parts = (_head(run), _targets(run), *(_section(one, run) for one in ordered), _limits())
    return "\n".join(parts)


def _head(run: Run) -> str:
    first, last = run.span
    commit = run.any.commit
    written = WRITTEN.format(
        **run.any.machine,
        first=_minute(first),
        last=_minute(last),
        commit=commit.removesuffix("+"),
        changed=CHANGED if commit.endswith("+") else "",
        minutes=round(sum(one.seconds for one in run.newest.values()) / 60),
    )
    told = (TITLE, *map(prose, (written, READ, *_repeated(run))))
    return "\n\n".join(told) + "\n"


def _limits() -> str:
    points = (textwrap.indent(prose(one), "  ").replace("  ", "* ", 1) for one in NOT_SHOWN)
    return "## What this does not show\n\n" + "\n".join(points) + "\n"


def _targets(run: Run) -> str:
    rows = [row(target, run) for target in TARGETS]
    verdicts = Counter(verdict for *_, verdict in rows)
    summary = ", ".join(f"{verdicts[one]} {one}" for one in VERDICTS if verdicts[one])
    head = ("figure", "must", "aim", "measured", "absolute, in that run", "verdict")
    return f"## The targets\n\n{table(head, rows)}\n\n{len(rows)} targets: {summary}.\n"


def row(target: Target, run: Run) -> tuple[str, str, str, str, str, str]:
    """One target against what its bench said."""
    known = (target.figure, target.must, target.aim)
    try:
        reading = target.read(_lines_of(target.bench, run).lines)
    except (NotMeasured, LookupError) as why:
        return (*known, MISSING, _why(why), MISSING)
    return (*known, reading.figure, reading.told, reading.verdict)


def _lines_of(bench: str, run: Run) -> Record:
    """The record of a bench that succeeded. Raises NotMeasured."""
    record = run.newest.get(bench)
    if record is None:
        raise NotMeasured(f"the bench `{bench}` was left out")
    if record.code:
        raise NotMeasured(f"the bench `{bench}` failed (exit code {record.code})")
    return record


def _why(why: Exception) -> str:
    return str(why) if isinstance(why, NotMeasured) else f"its line lacks {why}"


def _repeated(run: Run) -> Iterator[str]:
    """That something was measured more than once: when, and what was said then of the targets."""
    if run.older:
        told = "; ".join(map(_earlier, run.older))
        yield (
            "Measured more than once on this machine and commit; below stands the newest, whatever it says. "
            f"Before it: {told}."
        )


def _earlier(record: Record) -> str:
    alone = Run({record.bench: record}, ())
    rows = [row(target, alone) for target in TARGETS if target.bench == record.bench]
    said = "; ".join(
        f"{figure}: {measured}, {verdict}" for figure, *_, measured, _, verdict in rows
    )
    return f"`{record.command}` of {_minute(record.began)}{f' ({said})' if said else ''}"


def _section(bench: Bench, run: Run) -> str:
    try:
        record = _lines_of(bench.name, run)
        figures = SECTIONS[bench.name](record.lines)
        again = f"`{record.command}`: {_duration(record.seconds)}, from {_minute(record.began)}, load {record.load:.1f} before."
    except (NotMeasured, LookupError) as why:
        figures = f"Not measured: {_why(why)}."
        again = f"`{' '.join(('python -m tests.bench', bench.name, *bench.words))}`"
    return f"## {bench.title}\n\n{prose(bench.how)}\n\n{_wrapped(figures)}\n\nAgain: {again}\n"


def _wrapped(text: str) -> str:
    """Tables as they are, the paragraphs between them in lines of a readable length."""
    parts = text.split("\n\n")
    return "\n\n".join(one if one.startswith("|") else prose(one) for one in parts)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes" if seconds >= 120 else f"{seconds:.0f} s"


def _minute(iso: str) -> str:
    return iso[:16].replace("T", " ")
