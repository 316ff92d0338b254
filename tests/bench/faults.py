"""The fault tests F1 to F12: what is killed, emptied, stopped or repeated, and whether every promise held.

    python -m tests.bench faults [--slow]

Runs `tests/faults` in its small form, as every test run does; `--slow` in the long one of `make faults`, with
20 000 people and more seeds. Each test has the simulated network's own record as its judge: nobody lost, nobody sent
to twice, every unsure one named. Prints one JSON line: by fault how many tests held, of how many.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
FAULTS = tuple(f"F{number}" for number in range(1, 13))
NAMED = re.compile(r"test_f(\d\d)_")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder:
        report = Path(folder) / "report.xml"
        run(report, slow=options.slow)
        held, tests = counted(report.read_text(encoding="utf-8"))
    line = {
        "name": "fault_tests",
        "form": "long" if options.slow else "small",
        "tests": sum(tests.values()),
        "held": {name: [held[name], tests[name]] for name in FAULTS},
        "ok": all(held[name] == tests[name] > 0 for name in FAULTS),
    }
    sys.stdout.write(json.dumps(line) + "\n")


def run(report: Path, *, slow: bool) -> None:
    """What pytest says goes to the errors; a test that fails is a figure here."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "_f0 or _f1"]
    chosen = [] if slow else ["-m", "not slow"]
    subprocess.run(
        [*command, *chosen, f"--junitxml={report}", "tests/faults"],
        cwd=ROOT,
        stdout=sys.stderr,
        check=False,
    )


def counted(report: str) -> tuple[Counter[str], Counter[str]]:
    """By fault: tests that held, and tests that ran. One that was skipped did not run."""
    held: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for case in ElementTree.fromstring(report).iter("testcase"):
        found = NAMED.match(case.get("name", ""))
        if found and case.find("skipped") is None:
            name = f"F{int(found[1])}"
            tests[name] += 1
            held[name] += case.find("failure") is None and case.find("error") is None
    return held, tests


if __name__ == "__main__":
    main()
