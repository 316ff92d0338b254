"""Whether callers are answered, and counted once, while PostgreSQL and Valkey are both down.

    python -m tests.bench outage [--seconds 20]

A web process over stores of its own. Six callers dial session after session; both stores are killed with `kill -9`
and started again so many seconds later. The judge is the callers' own record of what they were answered, against the
entries of the journal in the table once everything was carried over. `share` is of the hops that were dialled while
the stores were away; `uncounted` and `twice` are of all hops.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.bench import stores


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the callers had come at one moment."""

    answered: int
    unanswered: int


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20.0, help="that both stores are away")
    options = parser.parse_args()
    with stores.own():
        line = bench(options.seconds)
    sys.stdout.write(json.dumps(line) + "\n")


def bench(seconds: float) -> dict[str, Any]:
    from tests.faults.dialling import Load
    from tests.faults.site import standing

    with standing() as site:
        site.another()
        with Load(site, site.web) as load:
            time.sleep(2)
            site.kill("valkey", "postgres")
            before = Tally(len(load.answered), load.unanswered)
            time.sleep(seconds)
            after = Tally(len(load.answered), load.unanswered)
            site.keeper.start()
            time.sleep(2)
        site.shipped()
        counted, answered = Counter(site.counted()), Counter(load.answered)
    hops = after.answered - before.answered
    dialled = hops + after.unanswered - before.unanswered
    return {
        "name": "ussd_while_stores_are_down",
        "seconds": seconds,
        "hops": hops,
        "share": round(hops / dialled, 6) if dialled else 0.0,
        "unanswered": load.unanswered,
        "wrong": len(load.wrong),
        "uncounted": (answered - counted).total(),
        "twice": sum(times > 1 for times in counted.values()),
        "slowest_ms": round(load.slowest * 1000),
    }


if __name__ == "__main__":
    main()
