"""A partner's program with a badge, as it reads the JSON API. Needs a database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from people import badges, staff
from people.countries import CODES
from people.models import Badge, Staff

ROOT = "/api/v1/"
NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Program:
    badge: Badge
    secret: str

    def get(
        self,
        place: str,
        asked: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = NONE,
    ) -> Any:
        shown = {"authorization": f"Bearer {self.secret}", **headers}
        return Client().get(f"{ROOT}{place}", asked or {}, headers=shown)

    def read(self, place: str, **asked: object) -> Any:
        """What is answered; the answer is a good one."""
        answer = self.get(place, asked)
        assert answer.status_code == 200, answer.content
        return answer.json()


def administrator(name: str = "a-boss", countries: Collection[str] = CODES) -> Staff:
    staff.install_roles()
    account = staff.hire(name, "administrator", countries=CODES, password="x")
    Staff.objects.filter(pk=account.pk).update(countries=sorted(countries))
    account.refresh_from_db()
    return account


def program(*scopes: str, countries: Collection[str] = CODES, days: int = 30) -> Program:
    """A badge given now; without scopes one that opens everything."""
    given = badges.give(
        "Partner of the test",
        scopes or tuple(badges.SCOPES),
        countries,
        days,
        by=administrator(),
        at=timezone.now(),
    )
    return Program(given.badge, given.secret)
