"""The first steps of `make up`, in one process because loading Django costs a second each time."""

import contextlib
import io
import os
import sys
from pathlib import Path

import django
from django.conf import settings
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
    if "hooks" in known:
        write_hooks(settings.DATA / "hooks.json")


def write_hooks(path: Path) -> None:
    """Where the simulated network finds the product's hooks; the addresses hold secrets, so 0600."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        call_command("hooks", "--json", stdout=text)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text.getvalue())
    draft.replace(path)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    main()
