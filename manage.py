#!/usr/bin/env python3
"""Django's command line. Outside the project's environment it starts itself again inside it."""

import importlib.util
import os
import sys
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> int:
    if OWN_PYTHON.exists() and Path(sys.prefix) != OWN_PYTHON.parent.parent:
        os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])  # noqa: S606 - our own interpreter
    if importlib.util.find_spec("django") is None:
        sys.exit("The packages are not installed: run `make setup` first.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from config.shell import run  # noqa: PLC0415 - after the check

    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
