"""F4 with 20 000 people: a rehearsal, in which senders, PostgreSQL and the whole product are killed or stopped."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.programs import ROOT, SERVERS

PEOPLE = 20_000
OURS = (*SERVERS, "NJIA_TEST_DATA", "DJANGO_SETTINGS_MODULE")


@pytest.mark.slow
def test_f04_everything_killed_in_a_blast_to_many_breaks_no_promise(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.bench.rehearsal", "--people", str(PEOPLE)]

    clean = {name: value for name, value in os.environ.items() if name not in OURS}

    done = subprocess.run([*command, "--json", str(file)], cwd=ROOT, env=clean, check=False)

    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["broken"] == {}
    assert done.returncode == 0
    assert told["troubles"]["kills"]["postgres"] == 1
    assert told["troubles"]["kills"]["bulk"] > 2
