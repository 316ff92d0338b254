"""`manage.py languages`: the languages, orders and districts that every installation begins with, as rows."""

from typing import Any

from django.core.management.base import BaseCommand

from people import seeding


class Command(BaseCommand):
    help = (
        "Add the languages, country orders and districts of the seed; safe to run at every start."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        self.stdout.write(f"Languages, orders and districts added: {seeding.load()}.")
