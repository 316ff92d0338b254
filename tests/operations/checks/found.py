"""What a check finds now, short enough to be compared."""

from datetime import datetime

from django.utils import timezone

from operations.checks import CHECKS
from operations.findings import Finding


def findings(check: str, *, at: datetime | None = None) -> list[Finding]:
    return list(CHECKS[check].look(at or timezone.now()))


def said(check: str, *, at: datetime | None = None) -> list[str]:
    return [one.sentence() for one in findings(check, at=at)]


def wrong(check: str) -> list[bool]:
    return [one.wrong for one in findings(check)]
