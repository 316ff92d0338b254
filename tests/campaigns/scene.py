"""What a test of blasts needs: a network that judges, an edition, staff, and many invented people."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.blasts import approval, planning, receipts, routes, sending, settling
from campaigns.blasts.planning import Wish
from campaigns.blasts.proposals import Proposal
from campaigns.editions.edition import Edition, Item, Kind, make
from campaigns.models import Blast, Delivery, DeliveryResult, Fate, Tally
from campaigns.press.shelf import Shelf
from gateways.network.server import Network
from people import identity
from people.countries import CODES
from people.models import Consent, Person, Staff
from tests import editions
from tests.journal.lines import write
from tests.people.made import NOON

ALL_DAY = (clock(0), clock(23, 59, 59, 999999))
CALLING = {"KE": "254", "ET": "251", "UG": "256", "SO": "252"}
ACCEPTED_RANK, DELIVERED_RANK = 20, 60
SAFARICOM, AIRTEL = "63902", "63903"


@dataclass
class Scene:
    """One deployment with its simulated network."""

    network: Network

    def faults(self, **faults: object) -> None:
        self.network.control.set_faults({"receipts": "off", **faults})

    def publish(self, **changes: Any) -> Edition:
        """Make an edition the current one."""
        self.put(made := edition(**changes))
        return made

    def put(self, made: Edition) -> None:
        """Bring an edition out as the newest one."""
        Shelf(settings.DATA / "editions").put(made)

    def retire(self) -> None:
        """As if nothing had ever been published."""
        for file in (settings.DATA / "editions").iterdir():
            file.unlink()
        routes._shelf.cache_clear()

    def record(self) -> list[tuple[str, str, str]]:
        """(number, text, reference) of every message the network accepted: the independent judge."""
        lines = b"".join(self.network.exchange.record.lines()).splitlines()
        rows = [json.loads(line) for line in lines]
        texts = self.network.exchange.record.texts
        return [(row["number"], texts[row["sha"]], row["reference"]) for row in rows]


def edition(
    *,
    countries: tuple[str, ...] = ("*",),
    say: str = "",
    days: int = 0,
    kind: Kind = Kind.DEMONSTRATION,
) -> Edition:
    """The small edition of all tests; `say` is what its safe way says in English, `days` how much newer it is."""
    plain = editions.edition(kind=kind, made_at=editions.MADE + timedelta(days=days))
    safe = plain.items[editions.SAFE]
    if say:
        texts = {**safe.texts, "en": replace(safe.texts["en"], sms=say)}
        safe = replace(safe, texts=texts)
    return remade(plain, {**plain.items, safe.id: replace(safe, countries=countries)})


def remade(plain: Edition, items: Mapping[str, Item]) -> Edition:
    """The same edition with other items."""
    return make(
        kind=plain.kind,
        made_at=plain.made_at,
        items=items.values(),
        menus=plain.menus.values(),
        lists=plain.lists,
        phrasings=plain.phrasings,
        words=plain.words,
        numbers=plain.numbers,
        languages=plain.languages,
        orders=plain.orders,
    )


def withdraw(deployment: Scene, item: str = editions.SAFE) -> None:
    """Bring out a newer edition that has no such item any more."""
    newer = edition(days=1)
    deployment.put(remade(newer, {code: one for code, one in newer.items.items() if code != item}))


def number(index: int, country: str = "KE") -> str:
    return f"+{CALLING[country]}71{index:07d}"


def token(index: int, country: str = "KE") -> str:
    return identity.token(f"tel:{number(index, country)}")


def people(
    count: int, country: str = "KE", *, first: int = 0, language: str = "sw", **more: object
) -> None:
    """So many people who gave consent on a list."""
    basis = Consent.objects.create(
        basis="consent-form", evidence="made for a test", given_at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    values = {"basis": basis, **more}
    Person.objects.bulk_create(
        [_person(index, country, language, values) for index in range(first, first + count)],
        batch_size=5000,
    )


def _person(index: int, country: str, language: str, values: dict[str, object]) -> Person:
    address = f"tel:{number(index, country)}"
    return Person(
        token=identity.token(address),
        stop_token=identity.suppression_token(address),
        number=identity.seal(number(index, country), identity.NUMBER),
        country=country,
        language=language,
        added_at=datetime(2026, 1, 5, tzinfo=UTC),
        **values,
    )


def staff(name: str, *permissions: str, countries: tuple[str, ...] = CODES) -> Staff:
    made = Staff.objects.create_user(name, countries=list(countries))
    made.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return made


def planner(name: str = "amina") -> Staff:
    return Staff.objects.filter(username=name).first() or staff(name, "plan_blast")


def approver(name: str = "berhane") -> Staff:
    return Staff.objects.filter(username=name).first() or staff(name, "approve_blast")


def wish(**changes: Any) -> Wish:
    values: dict[str, Any] = {
        "item": editions.SAFE,
        "audience": "KE",
        "budget": Decimal(100_000),
        "window": ALL_DAY,
    }
    return Wish(**{**values, **changes})


def proposal(**changes: Any) -> Proposal:
    """A safe way every day at nine."""
    values: dict[str, Any] = {
        "item": editions.SAFE,
        "audience": "KE",
        "rhythm": "daily",
        "at": clock(9),
        "starts": date(2027, 3, 1),
        "budget_each": Decimal(100),
        "budget": Decimal(1000),
    }
    return Proposal(**{**values, **changes})


def planned(**changes: object) -> Blast:
    plan = planning.plan(wish(**changes), by=planner(), at=timezone.now())
    return Blast.objects.get(pk=plan.blast)


def approved(**changes: object) -> Blast:
    return approval.approve(planned(**changes), by=approver(), at=timezone.now())


def started(**changes: object) -> Blast:
    return approval.start(approved(**changes), by=planner(), at=timezone.now())


def send(blast: Blast, *, seconds: float = 20.0, threads: int = 4) -> None:
    """Send what may be sent now and fold it."""
    sending.run(blast.pk, seconds=seconds, threads=threads)
    settling.tend()
    blast.refresh_from_db()


def send_until(blast: Blast, *, state: str = Blast.State.DONE, seconds: float = 40.0) -> None:
    """Turn after turn, as beat would, until the blast comes to that state."""

    def there() -> bool:
        send(blast, seconds=2.0)
        return blast.state == state

    wait_for(there, seconds)


def wait_for(ready: Callable[[], object], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def fates(blast: Blast) -> dict[str, int]:
    """State -> deliveries, counted here, not by the code under test."""
    found: dict[str, int] = {}
    for state in Delivery.objects.filter(blast=blast).values_list("state", flat=True):
        name = Fate(state).name.lower()
        found[name] = found.get(name, 0) + 1
    return found


def journal_receipt(
    reference: str,
    person: str,
    rank: int = DELIVERED_RANK,
    *,
    at: datetime | None = None,
    **more: object,
) -> None:
    """A receipt as its door would have journalled it; person: a token."""
    body = {
        "at": (at or timezone.now()).timestamp(),
        "g": "sim",
        "id": reference,
        "t": person,
        "n": "63902",
        "status": "Success",
        "rank": rank,
        "reason": "",
        **more,
    }
    write("receipt", body)


def journal_stop(index: int, country: str = "KE") -> None:
    """A STOP as its door would have journalled it."""
    address = f"tel:{number(index, country)}"
    body = {
        "at": timezone.now().timestamp(),
        "st": identity.suppression_token(address),
        "sender": "NJIA",
        "how": "word",
        "c": country,
    }
    write("opt-out", body)


def fold() -> None:
    receipts.fold_receipts()


@contextmanager
def folding() -> Iterator[CursorWrapper]:
    """A transaction such as receipts are folded in."""
    with transaction.atomic(), connection.cursor() as cursor:
        settling.lock(cursor)
        yield cursor


def sent(deployment: Scene) -> Counter[str]:
    """Number -> messages, by the network's record."""
    return Counter(row[0] for row in deployment.record())


def through(*deployments: Scene) -> tuple[dict[str, int], ...]:
    """Number -> messages, by each network's own record."""
    return tuple(dict(sent(one)) for one in deployments)


def once(*indexes: int) -> dict[str, int]:
    """What such a record holds when each of these people got one message."""
    return {number(index): 1 for index in indexes}


def accepted_results(blast: Blast) -> dict[str, str]:
    """Token -> reference of what was accepted of a blast."""
    rows = DeliveryResult.objects.filter(state=Fate.ACCEPTED, delivery__blast=blast)
    return dict(rows.values_list("delivery__token", "reference"))


def later(minutes: float) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def forget_routes() -> None:
    routes.gateways.cache_clear()
    routes._shelf.cache_clear()


def tallied(blast: Blast, *fates: tuple[Fate, int]) -> None:
    """So many people of the blast came to each of these fates."""
    rows = [[int(fate), "sim", "KE", "en", "63902", "", False, people] for fate, people in fates]
    values = {"rows": rows, "at": NOON, "seconds": 0.1}
    Tally.objects.update_or_create(blast=blast, kind=Tally.Kind.FATES, defaults=values)
