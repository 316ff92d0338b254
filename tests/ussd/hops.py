"""Hops and ends of sessions as the doors journal them, and the fold that takes them."""

from typing import Any

from analytics.models import Exposure
from campaigns.editions.edition import Edition
from tests.editions import DANGER, MADE, edition
from tests.journal.lines import write
from ussd import folding

EDITION = edition()
SESSION: dict[str, Any] = {
    "g": "sim",
    "s": "ATUid_1",
    "t": "t1.anna",
    "c": "KE",
    "n": "63902",
    "code": "*384*1234#",
}
HOP: dict[str, Any] = {
    **SESSION,
    "at": MADE.timestamp(),
    "l": "en",
    "e": EDITION.id,
    "x": DANGER,
    "i": [DANGER],
    "d": 2,
    "w": "",
    "ends": False,
    "new": False,
    "lost": False,
}
END: dict[str, Any] = {
    **SESSION,
    "at": MADE.timestamp() + 40,
    "status": "Success",
    "cost": ["1.5000", "KES"],
    "ms": 41200,
    "hops": 4,
}


def find(name: str) -> Edition | None:
    return EDITION if name == EDITION.id else None


def fold(*hops: dict[str, Any]) -> list[tuple[str, str]]:
    """Journal the hops, fold them, and give (tier, item) of what the ledger then holds."""
    write("hop", *hops)
    assert folding.fold_hops(find) == len(hops)
    return list(Exposure.objects.order_by("sequence").values_list("tier", "item"))


def hop(**changes: Any) -> dict[str, Any]:
    return {**HOP, **changes}
