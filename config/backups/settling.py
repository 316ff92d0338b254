"""What a restored database needs before anything runs on it. Run by config.backups.restoring as a process of its own."""

import os
import sys

import django
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from config import shell


def main() -> None:
    django.setup()
    from campaigns import restored  # noqa: PLC0415 - its models need the set-up

    call_command("migrate", "--verbosity", "0", "--no-input")
    still = restored.stand_still(at=timezone.now())
    sys.stdout.write(
        f"Standing still until somebody looks: {still.blasts} blasts, {still.series} series, "
        f"{still.answers} single messages.\n"
    )
    sys.stdout.flush()
    try:
        call_command("verify_ledger")
    except CommandError as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    sys.exit(shell.attempt(main))
