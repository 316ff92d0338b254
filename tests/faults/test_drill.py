"""The restore drill on the whole product: a backup in the middle of a blast, the product ended, another from the backup."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.config.programs import ROOT, SERVERS
from tests.faults import stream_product, stream_story
from tests.faults.stream_callers import CODES, Dialogue, Line, call, reply
from tests.faults.stream_product import Product
from tests.faults.stream_story import Story
from tests.servers import place, wipe

pytestmark = pytest.mark.slow
PEOPLE, CALLS = 400, 6
AIR = {"seed": 5, "latency": 0.1, "receipt_delay": 0.3}
MENU = Dialogue("drill", "KE", "63902", letters=False, inputs=("1", "1", "1", "1"), wishes=False)
PHONE = "+2547110090{:02d}"
COUNTED = """
SELECT tier, campaign, country, count(*), count(DISTINCT subject) FROM analytics_exposure
WHERE channel = 'ussd' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
SUBJECTS = "SELECT count(*) FROM people_subject"
STATES = "SELECT state, pause_reason FROM campaigns_blast"


@dataclass(slots=True)
class Drill:
    """What was known of the product when the backup was taken, and what came of the backup."""

    story: Story
    figures: list[tuple[Any, ...]]
    sent: int
    backup: Path
    said: str
    again: Product


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    # a name of its own: other runs sweep away what bears the tests' and is held by nobody, as it is in between
    new = Path(tempfile.mkdtemp(prefix="njia-drill-", dir=place())).resolve()
    safe = tmp_path_factory.mktemp("safe")
    try:
        with stream_product.running(batch=10, rate=30.0) as product:
            known = lived(product, safe, new)
        said = restored(known["backup"], new)
        shutil.copy(safe / "gateways.toml", new)
        shutil.copy(safe / "hooks.json", new)
        port = known["story"].product.network_port  # the gateway's file names it
        with stream_product.living(new, port, {}, beside=port) as again:
            yield Drill(**known, said=said, again=again)
    finally:
        wipe(new)


def lived(product: Product, safe: Path, new: Path) -> dict[str, Any]:
    """Calls, then a blast, and in its middle the backup; keys and accounts are copied apart."""
    story = stream_story.prepare(product, PEOPLE, AIR)
    dial(story, CALLS)
    product.settle(300)
    figures = counted(product)
    stream_story.begin(story)
    stream_product.until(lambda: stream_story.recorded(story) >= 60, 300, "60 messages")
    code, said, err = product.manage("backup", safe / "backups")
    assert (code, err) == (0, ""), said
    for name, to in {"gateways.toml": safe, "hooks.json": safe, "keys.toml": new}.items():
        shutil.copy(product.data / name, to)
    return {
        "story": story,
        "figures": figures,
        "sent": stream_story.recorded(story),
        "backup": next((safe / "backups").glob("njia-*Z")),
    }


def dial(story: Story, calls: int) -> None:
    """So many people call for the first time; all screens are as the edition says."""
    line = Line(story.product, story.world.log)
    for n in range(calls):
        call(story.world, line, MENU, name=f"drill-{n}", phone=PHONE.format(n))
    line.close()
    assert story.world.log.wrong == []


def counted(product: Product) -> list[tuple[Any, ...]]:
    """What was reached by USSD, of which the blast changes nothing: it goes by SMS."""
    return product.rows(COUNTED)


def restored(backup: Path, new: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in SERVERS}
    clean["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(backup), "--into", str(new)],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_ledger_holds_and_the_figures_are_the_same(drill):
    assert "The ledger holds:" in drill.said
    assert drill.figures != []
    assert counted(drill.again) == drill.figures


def test_who_is_missing_from_the_keys_is_nobody(drill):
    assert "The key file lacks" not in drill.said
    code, said, _ = drill.again.manage("keys", "status")
    assert (code, "not in the key file" in said) == (0, False)


def test_code_is_dialled_and_who_called_before_is_known(drill):
    """The first screen is the menu in the language that was chosen before; nobody is counted anew."""
    before = drill.again.number(SUBJECTS)
    line = Line(drill.again, drill.story.world.log)
    form = {"serviceCode": CODES["KE"], "networkCode": MENU.network, "text": ""}

    seen = [
        line.post(
            drill.again.hook("ussd"),
            urlencode({**form, "sessionId": f"again-{n}", "phoneNumber": PHONE.format(n)}).encode(),
        )
        for n in range(CALLS)
    ]
    line.close()

    menu = reply(drill.story.world.screen(MENU, MENU.inputs[:1]))
    assert seen == [(200, menu)] * CALLS
    drill.again.settle(300)
    assert drill.again.number(SUBJECTS) == before


def test_blast_stands_still_and_sends_nothing_by_itself(drill):
    assert drill.again.rows(STATES) == [("paused", "restored")]
    assert "Standing still until somebody looks: 1 blasts" in drill.said
    assert drill.again.network("figures")["recorded"] == 0


def test_blast_that_is_let_go_on_writes_to_whom_the_backup_knew_as_waiting(drill):
    (blast,) = [number for (number,) in drill.again.rows("SELECT id FROM campaigns_blast")]
    waiting = drill.again.number(
        "SELECT coalesce(sum(people), 0) FROM campaigns_chunk WHERE state = 'waiting'"
    )

    drill.again.told("blast", "resume", blast, "--by", "manager")
    stream_product.until(lambda: drill.again.network("figures")["recorded"] >= waiting, 300)

    assert 0 < waiting <= PEOPLE - drill.sent + 60
