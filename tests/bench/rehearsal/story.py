"""The order of a rehearsal: people taken in, a blast planned by one and approved by another, sent under fire, settled."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config import lifeline
from gateways.network import faults
from gateways.network.faults import Faults
from tests.bench.rehearsal.meanwhile import DIALS, Dials, Progress
from tests.config.programs import ROOT
from tests.faults import stream_product
from tests.faults.site import free_port
from tests.faults.stream_judge import Blast
from tests.faults.stream_product import Product, until

ITEM, RICH = "faq-006", 10**9
PLACES = (("KE", "+2547"), ("ET", "+2519"), ("KE", "+2547"), ("UG", "+2567"))
LANGUAGES = {"KE": ("sw", "en", "so", ""), "ET": ("am", "om", "ti", ""), "UG": ("en", "sw")}
KILLS = (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.9)  # of the sender, by how much is sent
DATABASE, WHOLE = 0.5, 0.8  # when PostgreSQL is killed, and when all of the product is started anew
QUIET = 10.0  # seconds of dials before the blast
PATIENCE = 3600.0
# Three requests in a hundred go wrong; what befalls the messages afterwards comes on top.
AIR: dict[str, Any] = {
    "seed": 6,
    "latency": 0.02,
    "latency_spread": 0.06,
    "cut": 0.005,
    "hang": 0.002,
    "hang_seconds": 6.0,
    "garbage": 0.005,
    "error": 0.006,
    "drop": 0.004,
    "throttle": 0.004,
    "broken": 0.002,
    "empty": 0.002,
    "loss": 0.05,
    "receipt_missing": 0.03,
    "receipt_early": 0.02,
    "receipt_shuffled": True,
    "callback_retry": 2.0,
}


@dataclass(slots=True)
class Rehearsal:
    """One run: the product, what was watched, and the moments at which something happened (monotonic)."""

    product: Product
    people: int
    faults: Faults
    progress: Progress
    dials: Dials
    blast: int = 0
    planned: dict[str, Any] = field(default_factory=dict)
    moments: dict[str, float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)  # step -> seconds
    away: list[tuple[float, float]] = field(default_factory=list)  # the whole product
    unsure_first: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = self.moments[name] = time.monotonic()
        yield
        self.took[name] = round(time.monotonic() - began, 1)
        sys.stderr.write(f"{name}: {self.took[name]} s\n")

    def recorded(self) -> int:
        told = self.product.network("figures")
        return int(told["recorded"]) if told else 0

    def judged(self) -> Blast:
        phones = frozenset(number(place) for place in range(self.people))
        return Blast(self.product, self.blast, phones, frozenset(), self.faults)


def number(place: int) -> str:
    """The invented number of one person of the list."""
    _, prefix = PLACES[place % 4]
    middle = {"+2547": "1", "+2519": "1", "+2567": "7"}[prefix]
    return f"{prefix}{middle}{place:07d}"


def write_list(path: Path, people: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("phone,language\n")
        for place in range(people):
            languages = LANGUAGES[PLACES[place % 4][0]]
            file.write(f"{number(place)},{languages[place // 4 % len(languages)]}\n")


@contextmanager
def prepared(folder: Path, people: int, *, batch: int, rate: float) -> Iterator[Rehearsal]:
    """The whole product over this folder, and the network beside it: it outlives the product's restart."""
    port, beside = free_port(), free_port()
    stream_product.set_up(folder, port, batch=batch, rate=rate)
    with ExitStack() as kept:
        product = kept.enter_context(
            stream_product.living(folder, port, {"NJIA_LOG_LEVEL": "ERROR"}, beside=beside)
        )
        network = kept.enter_context(_network(folder, port, product.port))
        progress = kept.enter_context(Progress(product, 1.0, network_pid=network))
        dials = kept.enter_context(Dials(product, 1 / DIALS))
        run = Rehearsal(product, people, faults.read(AIR), progress, dials)
        until(lambda: product.network("faults"), what="the network's start")
        product.network("faults", AIR)
        product.network("account", {"balance": RICH})
        yield run


@contextmanager
def _network(folder: Path, port: int, product: int) -> Iterator[int]:
    command = [sys.executable, "-m", "gateways.network", "--port", str(port)]
    command += ["--product", f"http://127.0.0.1:{product}", "--hooks", str(folder / "hooks.json")]
    process = subprocess.Popen(
        [*command, "--state", str(folder / "judge")],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


# --- its steps --------------------------------------------------------------------------------------


def rehearse(run: Rehearsal) -> None:
    take_in(run)
    plan(run)
    with run.step("quiet"):
        time.sleep(QUIET)
    with run.step("blast"):
        run.product.told("blast", "start", run.blast, "--by", "manager")
        under_fire(run)
        until(lambda: _state(run) == "done", PATIENCE, "the end of the blast")
    run.unsure_first = run.product.number(
        "SELECT count(*) FROM campaigns_deliveryresult WHERE state = 2"
    )
    settle(run)


def take_in(run: Rehearsal) -> None:
    path = run.product.data / "list.csv"
    write_list(path, run.people)
    words = ("--country", "KE", "--basis", "consent-form", "--evidence", "invented")
    with run.step("import"):
        told = run.product.told("import_people", path, *words)
    assert told["added"] == run.people, told


def plan(run: Rehearsal) -> None:
    wish = ("--item", ITEM, "--audience", "all", "--budget", f"KES {RICH}")
    with run.step("plan"):
        run.planned = run.product.told("blast", "plan", *wish, "--by", "manager")
    assert run.planned["people"] == run.people, run.planned
    run.blast = run.planned["blast"]
    run.product.told("blast", "approve", run.blast, "--by", "approver")


def under_fire(run: Rehearsal) -> None:
    """Each in its turn, by how far the blast has come; none where it is over already."""
    plan = [(share, "bulk") for share in KILLS] + [(DATABASE, "postgres"), (WHOLE, "all")]
    for share, what in sorted(plan):
        until(lambda share=share: _reached(run, share), PATIENCE, f"{share:.0%} of the blast")  # type: ignore[misc]
        if _state(run) == "done":
            return
        _strike(run, what)


def _reached(run: Rehearsal, share: float) -> bool:
    return run.recorded() >= share * run.people or _state(run) == "done"


def _strike(run: Rehearsal, what: str) -> None:
    if what == "all":
        began = time.monotonic()
        stream_product.restart(run.product)
        until(run.product.serving, what="the web serving again")
        run.away.append((began, time.monotonic()))
        return
    run.product.kill(what)
    run.product.back(what)
    if what == "postgres":
        until(run.product.stores_back, what="PostgreSQL answering again")


def settle(run: Rehearsal) -> None:
    """The last receipts come in, everything is folded, and what receipts can settle is settled."""
    product = run.product
    with run.step("receipts"):
        until(lambda: pending(run) == 0, PATIENCE, "the last receipt")
        run.dials.ending.set()  # or there would always be a hop to fold
        product.settle(PATIENCE)
    with run.step("settling"):
        kept = (
            "SELECT count(*) FROM campaigns_receiptrow k"
            " JOIN campaigns_delivery d ON d.token = k.token"
        )
        until(lambda: product.number(kept) == 0, PATIENCE, "receipts settling what was unsure")
        folded = "SELECT count(*) FROM campaigns_chunk WHERE unsettled"
        until(lambda: product.number(folded) == 0, PATIENCE, "the last results being folded")


def pending(run: Rehearsal) -> int:
    """Callbacks that the network still has to post."""
    told = run.product.network("figures")
    return int(told["pending"]) if told else 1


def _state(run: Rehearsal) -> str:
    query = "SELECT state FROM campaigns_blast WHERE id = %s"
    return str(run.product.rows(query, run.blast)[0][0])
