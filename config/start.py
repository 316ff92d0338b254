"""The first steps of `make up`, in one process because loading Django costs a second each time."""

import os
import sys

import django
from django.core.management import call_command, get_commands

from config import catalogues

STEPS = (
    ("migrate", "--verbosity", "0", "--no-input"),
    ("roles",),
    ("load_content",),
    ("publish", "--kind", "demonstration"),
    ("demo_accounts",),
)


def main() -> None:
    """Every step can be done again: a start that was broken off goes on with the same data."""
    catalogues.compile_all()
    django.setup()
    known = get_commands()
    for name, *words in STEPS:
        if name in known:
            call_command(name, *words)
        else:
            sys.stderr.write(f"There is no command {name} yet.\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    main()
