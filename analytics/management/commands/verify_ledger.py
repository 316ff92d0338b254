"""`verify_ledger`: count everything again from the exposures; fails when anything differs."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from analytics import verification


class Command(BaseCommand):
    help = "Recount reach, figures and the chain of closed days from the exposures; fail on any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--link",
            action="append",
            default=[],
            metavar="DAY=HASH",
            help="a link that was noted from an earlier run: it must still be in the chain",
        )

    def handle(self, *_: object, link: list[str], **__: object) -> None:
        report = verification.verify(noted=link)
        for difference in report.differences:
            self.stdout.write(difference)
        if report.differences:
            raise CommandError(f"The ledger does not hold: {len(report.differences)} differences.")
        self.stdout.write(
            f"The ledger holds: {report.exposures} exposures, {report.days} closed days and "
            f"{report.open_rows} rows of open ones, {report.reach} rows of reach, {report.figures} figures."
        )
        if report.newest:
            self.stdout.write(
                f"Newest link: {report.newest}\nNote it elsewhere: with --link it proves later that nothing "
                "up to that day was changed since."
            )
