"""`verify_audit`: count the audit's chain again; fails when an entry was changed, taken out or put between."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from people import audit


class Command(BaseCommand):
    help = "Recount the chain of audit entries; fail on any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--noted",
            action="append",
            default=[],
            metavar="SEQUENCE=HASH",
            help="a link that was noted from an earlier run: it must still be in the chain",
        )

    def handle(self, *_: object, noted: list[str], **__: object) -> None:
        report = audit.verify(noted=noted)
        for difference in report.differences:
            self.stdout.write(difference)
        if report.differences:
            raise CommandError(f"The audit does not hold: {len(report.differences)} differences.")
        if tables := audit.changeable():
            self.stdout.write(
                "The product's database role may change the audit: run it under a role that is no superuser "
                f"and does not hold UPDATE, DELETE or TRUNCATE on {' and '.join(tables)}."
            )
        self.stdout.write(f"The audit holds: {report.entries} entries.")
        if report.newest:
            self.stdout.write(
                f"Newest link: {report.newest}\nNote it elsewhere: with --noted it proves later that nothing "
                "up to that entry was changed since."
            )
