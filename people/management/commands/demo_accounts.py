"""`manage.py demo_accounts`: one account a role, only where everything is a demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from people.staff import accounts_file, demonstration_accounts, install_roles


class Command(BaseCommand):
    help = (
        "Make the demonstration accounts at the first start; show their passwords at every start."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        if not settings.DEMONSTRATION:
            raise CommandError(
                "Demonstration accounts are for demonstrations. Use manage.py createstaff."
            )
        install_roles()
        self.stdout.write(
            f"Demonstration accounts (user name, password; kept in {accounts_file()}):"
        )
        self.stdout.write(demonstration_accounts())
