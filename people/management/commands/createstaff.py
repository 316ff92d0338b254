"""`manage.py createstaff NAME --role ROLE --countries KE,UG`: an account for a real member of staff."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from people import audit, second
from people.audit import Kind
from people.countries import CODES
from people.models import Staff
from people.staff import ROLES, hire, install_roles


class Command(BaseCommand):
    help = (
        "Make an account, or give an existing one a new role, new countries and a new password; "
        "its second step of signing in is set up anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=list(ROLES))
        parser.add_argument("--countries", default="", help="as KE,UG; administrators hold all")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        countries = [
            word.strip().upper() for word in options["countries"].split(",") if word.strip()
        ]
        if unknown := sorted(set(countries) - set(CODES)):
            raise CommandError(f"Not among {', '.join(CODES)}: {', '.join(unknown)}.")
        if not countries and options["role"] != "administrator":
            raise CommandError("Say for which countries: --countries KE,UG")
        username, role = options["username"], options["role"]
        password = _password(username, from_stdin=options["password_stdin"])
        install_roles()
        with transaction.atomic():
            staff = hire(
                username, role, countries=countries, password=password, email=options["email"]
            )
            second.reset(staff)
            told = {"account": username, "role": role, "countries": " ".join(countries)}
            audit.note(Kind.ROLE, by=None, what="role given", details=told, at=timezone.now())
        self.stdout.write(f"{username} is {role}.")


def _password(username: str, *, from_stdin: bool) -> str:
    """Never an argument: arguments are seen by every process and stay in the shell's history."""
    password = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass("Password: ")
    try:
        validate_password(password, Staff(username=username))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    return password
