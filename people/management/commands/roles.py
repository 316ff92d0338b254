"""`manage.py roles`: make the six roles, or set them right after an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand

from people.staff import install_roles


class Command(BaseCommand):
    help = "Install the six roles with their permissions; safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        installed = install_roles()
        self.stdout.write(f"Roles: {', '.join(installed.roles)}.")
        if installed.missing and options["verbosity"] > 1:
            self.stdout.write(f"No such permissions yet: {', '.join(installed.missing)}.")
