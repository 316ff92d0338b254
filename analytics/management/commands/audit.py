"""`audit`: count a closed period again from its evidence pack alone; fails when anything differs."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analytics import auditing
from analytics.auditing import Audit


class Command(BaseCommand):
    help = "Recount an evidence pack. Needs nothing but the file: no database, no network."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", type=Path)
        parser.add_argument(
            "--digest", default="", help="as printed on an export: the pack must be that very one"
        )

    def handle(self, *_: object, pack: Path, digest: str, **__: object) -> None:
        if not pack.is_file():
            raise CommandError(f"There is no file {pack}.")
        audit = auditing.audit(pack, digest=digest)
        if audit.manifest and audit.table:
            self._tell(audit)
        for fault in audit.faults:
            self.stdout.write(fault)
        if not audit.holds:
            raise CommandError(f"The pack does not hold: {len(audit.faults)} faults.")
        self.stdout.write("The pack holds: every byte, and every number counted again.")

    def _tell(self, audit: Audit) -> None:
        told, total = audit.manifest.told if audit.manifest else {}, audit.total
        if told["about"].get("demonstration"):
            self.stdout.write("Demonstration: invented numbers, nobody was reached.")
        self.stdout.write(
            f"Indicator {told['indicator']}, rule {told['rule']}, period {told['period']['code']}, "
            f"countries {' '.join(told['countries']) or 'none'}\n"
            f"Closed by {told['about'].get('closed_by')}, proposed by {told['about'].get('proposed_by')}\n"
            f"Rows {audit.rows}, subjects {audit.subjects}\n"
            f"Reached: unique {total.reached.unique}, first time {total.reached.first_time}, "
            f"cumulative {total.reached.cumulative}\n"
            f"Targeted {total.targeted}, sent {total.sent}, delivered {total.delivered}, "
            f"interacted {total.interacted}, engaged {total.engaged}, completed {total.completed}, "
            f"referred {total.referred}\n"
            f"Cells counted again: {sum(map(len, (audit.table or {}).values()))}\n"
            f"Rows digest {audit.rows_digest}\nDigest {audit.digest}"
        )
