"""`manage.py networks`: the names of networks that every installation begins with, as rows."""

from typing import Any

from django.core.management.base import BaseCommand

from analytics import networks


class Command(BaseCommand):
    help = "Add the networks of the seed and mend those nobody touched; safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        self.stdout.write(f"Networks added or mended: {networks.load()}.")
