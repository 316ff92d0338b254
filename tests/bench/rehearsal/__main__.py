"""One blast to very many people, through the whole product, with everything that goes wrong; the network judges.

    python -m tests.bench rehearsal [--people 1000000] [--rate N] [--json FILE] [--write docs/rehearsal.md]

Prints one JSON object; exit code 1 where a promise was broken. Needs about 1 KiB of disk a person.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

BATCH = 100
SECONDS = (
    60  # a short rehearsal is slowed down to so long, or it would be over before the first kill
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench rehearsal")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, help="numbers a second of the gateway")
    parser.add_argument(
        "--folder", type=Path, help="where the data may lie for the time of the run"
    )
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--write", type=Path, help="the page to write from them")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    with tempfile.TemporaryDirectory(prefix="njia-rehearsal-", dir=options.folder) as folder:
        told = rehearsed(Path(folder).resolve(), options.people, options.rate)
    sys.stdout.write(json.dumps(told) + "\n")
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if options.write:
        from tests.bench.rehearsal.figures import page

        options.write.write_text(page(told), encoding="utf-8")
    return int(bool(told["broken"]))


def rehearsed(folder: Path, people: int, rate: float | None) -> dict[str, Any]:
    """One rehearsal over this empty folder; its figures."""
    os.environ["NJIA_DATA"] = str(
        folder
    )  # this process's settings look there, and it starts nothing
    from config.embedded import Keeper

    servers = Keeper(folder).servers
    os.environ |= {"DATABASE_URL": servers.database, "REDIS_URL": servers.redis}
    django.setup()
    from django.conf import settings

    from people import identity
    from tests.bench.rehearsal import story
    from tests.bench.rehearsal.figures import figures
    from tests.bench.rehearsal.judge import judge

    rate = rate or max(300.0, people / SECONDS)
    with story.prepared(folder, people, batch=BATCH, rate=rate) as run:
        settings.KEYS_FILE = folder / "keys.toml"
        identity.reload_keys()
        story.rehearse(run)
        blast = run.judged()
        with run.step("judging"):
            promises = judge(run, blast)
        return figures(run, blast, promises)


if __name__ == "__main__":
    sys.exit(main())
