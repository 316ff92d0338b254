"""`verify_ledger`: count everything again from the exposures; fails when anything differs."""

from django.core.management.base import BaseCommand, CommandError

from analytics import verification


class Command(BaseCommand):
    help = "Recount reach, figures and the chain of closed days from the exposures; fail on any difference."

    def handle(self, *_: object, **__: object) -> None:
        report = verification.verify()
        for difference in report.differences:
            self.stdout.write(difference)
        if report.differences:
            raise CommandError(f"The ledger does not hold: {len(report.differences)} differences.")
        self.stdout.write(
            f"The ledger holds: {report.exposures} exposures, {report.days} closed days and "
            f"{report.open_rows} rows of open ones, {report.reach} rows of reach, {report.figures} figures."
        )
