"""`manage.py retoken`: after `python -m people.keys rotate` and a restart of every process."""

from typing import Any

from django.core.management.base import BaseCommand

from people.rotation import retoken


class Command(BaseCommand):
    help = (
        "Carry everybody whose number we hold over to the current keys. May be cut and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        self.stdout.write(f"{retoken()} people carried over.")
