"""Every check once, and what each found; a check whose store is away says that and holds up no other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, transaction
from django.utils.translation import gettext_noop as _

from gateways.account import BadSettings
from operations.checks import CHECKS
from operations.findings import Check, Finding
from people.keys import BadKeys

AWAY = (Error, redis.RedisError, OSError, ImproperlyConfigured, BadSettings, BadKeys)


@dataclass(frozen=True, slots=True)
class Examined:
    """One check and what it found."""

    check: Check
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong; there may be something worth a look."""
        return not any(one.wrong for one in self.findings)

    def as_json(self) -> dict[str, Any]:
        found = [one.as_json() for one in self.findings]
        return {"check": self.check.name, "ok": self.ok, "findings": found}


def examine(
    *, at: datetime, slow: bool = True, checks: Iterable[Check] = tuple(CHECKS.values())
) -> Iterator[Examined]:
    """Look at everything; without `slow`, at what waits for no other machine. Some thirty short queries."""
    for check in checks:
        if slow or not check.slow:
            yield Examined(check, _looked(check, at))


def _looked(check: Check, at: datetime) -> tuple[Finding, ...]:
    try:
        with transaction.atomic():
            return tuple(check.look(at))
    except AWAY as error:
        return (
            Finding(
                _("Could not be looked at: {error}."),
                _("Look whether the stores run, then ask again."),
                {"error": type(error).__name__},
            ),
        )
