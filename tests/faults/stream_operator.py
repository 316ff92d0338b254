"""The operator at a shell: `python -m tests.faults.stream_operator` runs one manage.py command after the other.

Each line of input is a JSON list of words, each answer a JSON list of exit code, output and complaints. What
manage.py does in a process a command, this does in one: loading Django costs seconds on a busy machine.
"""

import contextlib
import io
import json
import sys

import django
from django.core.management import ManagementUtility


def run(words: list[str]) -> tuple[int, str, str]:
    """Exit code, output and complaints of one command."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            ManagementUtility(["manage.py", *words]).execute()
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def main() -> None:
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
