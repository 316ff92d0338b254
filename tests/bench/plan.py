"""Which measurements there are, in the order in which they run and are told, each with its size for the targets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bench:
    """One measurement, a module of `tests.bench`.

    `words`: its options where docs/performance.md is written, so that it has the size that the targets name;
    `how`: what was measured and how, as that page says it.
    """

    name: str
    title: str
    how: str
    words: tuple[str, ...] = ()


BENCHES = (
    Bench(
        "hop",
        "A USSD hop, and a receipt, against the raw floor",
        "The whole site as in production (secret checked, pin, token, answer from the edition, line in the journal, shipper at "
        "work) against the least that a callback can do under the same server: read the form, look a screen up, keep nothing. "
        "Seven interleaved rounds of two seconds, one process with core 0 to itself; the generator, PostgreSQL and Valkey on "
        "core 1. The ratio is the median of the rounds, at the worse number of connections.",
    ),
    Bench(
        "peers",
        "A hop against two Python programs for USSD",
        "`anysd` and `cardisk` from the package index, each in an environment of its own, serve the same four screens to the "
        "same generator in interleaved rounds, one process on core 0. They keep no log of hops, ours does. cardisk is "
        "measured on our server and on the one it comes with; the ratio is that against the quickest of them, one process a side, "
        "at 64 connections.",
        ("--rounds", "3"),
    ),
    Bench(
        "busy",
        "A hop while other work runs",
        "The door has core 0; the workers, beat, PostgreSQL, Valkey, the simulated network and the generator share core 1. "
        "Quiet rounds before and behind; between them rounds while a blast is being sent and its receipts come in at the same "
        "door, while the bulk worker exports a year in every breakdown, and while a large edition is taken up. A generator "
        "that is late counts as a door that is late, so the ratios are upper bounds.",
    ),
    Bench(
        "doors",
        "One door process and two",
        "The web process with the command of `make up`, alone on core 0; then with a second one on core 1, over the same data "
        "folder, the connections shared out between both as a proxy would do it. Interleaved rounds, medians. The second door "
        "gives way to what else runs on core 1, the generator above all, or that would hold up the first.",
    ),
    Bench(
        "outage",
        "USSD while PostgreSQL and Valkey are down",
        "Six callers dial session after session. Both stores are killed with `kill -9` and started again later. The judge is "
        "the callers' own record of what they were answered, against the journal's table once all was carried over.",
    ),
    Bench(
        "blast",
        "Sending, against one task a person",
        "Our sender, eight requests in flight, against one Celery task a person through the provider's official SDK with four "
        "worker processes, over the same simulated network with the same latency, durable PostgreSQL. Both must reach "
        "everybody, ours exactly once, else the run fails.",
    ),
    Bench(
        "scale",
        "A blast as it grows",
        "The same blast to few and to many people in one deployment: the peak memory of the sender's process, freezing the "
        "audience against a bare `INSERT ... SELECT` of the same rows (best of three), folding a receipt of each person "
        "against one UPDATE a receipt.",
        ("--people", "10000", "1000000"),
    ),
    Bench(
        "network",
        "The simulated network itself",
        "How fast the judge of the other measurements takes messages and posts receipts on one core: what is measured with "
        "it cannot be faster than it is.",
    ),
    Bench(
        "ledger",
        "The donor's figure against a count",
        "A year of exposures. The kept figure as a page reads it, against a plain `COUNT(DISTINCT)` of the same exposures with "
        "the memory that a refresh has: of a quarter, of the year, and of all breakdowns of the year. Every answer must be the "
        "same by all ways, else the run fails. With `--asked` only the quarter and the year are counted first, as a refresh "
        "does it; without it all standard periods are, and what a minute's refresh costs is measured too.",
        ("--rows", "10000000", "--asked"),
    ),
    Bench(
        "export",
        "Long exports",
        "A long CSV and a workbook, read back and counted; memory beside that for a tenth of the rows.",
    ),
    Bench(
        "packs",
        "An evidence pack",
        "Counting three quarters as closing them does, making the pack, and counting it again as an auditor does, in a process "
        "of its own.",
    ),
    Bench(
        "growth",
        "A hop as the edition grows",
        "The door as a WSGI callable over editions that differ only in how much lies beside the path that is dialled; time of "
        "the processor.",
    ),
    Bench(
        "edition",
        "A large edition",
        "Compiling it, and taking it up from its file until the first dial is answered; seconds of the processor.",
    ),
    Bench(
        "understanding",
        "Matching, on public sets of questions",
        "A few ways of asking an intent are taught, eight unseen questions an intent asked. Development figures: the matcher's "
        "views were chosen while looking at such sets.",
    ),
    Bench(
        "answers",
        "The seed content's answers, and danger heard",
        "`manage.py nlu_eval --apart` over a demonstration edition published for the run, with the questions that are kept for "
        "reporting, by spelling alone. Everything is a draft that no native speaker reviewed. More, also with the encoder: "
        "[how well questions are understood](understanding.md).",
    ),
    Bench(
        "faults",
        "Faults F1 to F12",
        "`tests/faults` in the small form that each test run has: senders and stores killed, emptied, stopped, full, slow, "
        "lying, clocks that jump, posts that come again. The judge is the simulated network's own record. The long form, 20 000 "
        "people and more seeds, is `make faults`; a million people once through everything is the [rehearsal](rehearsal.md).",
    ),
    Bench(
        "start",
        "From `make up` to the first page",
        "Cold: a clean clone, no `.venv`, no data, every package from the index. Cached: the same with the packages in the "
        "machine's cache. Warm: `.venv` and data are there, median of the rounds. Until the page of signing in was read whole; "
        "cloning is not counted.",
    ),
)
NAMES = tuple(bench.name for bench in BENCHES)
ALONE = ("rehearsal",)  # long, with a page of its own, and only by its name
