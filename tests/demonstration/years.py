"""A small year: forty people, one month and some days."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from analytics.models import Figure
from analytics.periods import Period
from demonstration import making
from demonstration.making import Wish
from demonstration.models import Year
from tests import emptying

AT = datetime(2026, 3, 20, 9, tzinfo=UTC)
ENDS = date(2026, 3, 9)
SPAN = Period(date(2026, 2, 1), ENDS)
# What a removal may leave: that it happened, how far the journal was folded, this deployment's own name
LEFT = {"people_auditentry", "journal_marker", "analytics_deployment"}


def ask(**changes: Any) -> Year:
    wish = Wish(**{"people": 40, "seed": 7, "months": 1, "ends": ENDS, **changes})
    return making.ask(wish, by="amina", at=AT)


def made(**changes: Any) -> Year:
    return making.make(ask(**changes))


def figures() -> Counter[tuple[Any, ...]]:
    """Every kept figure that is not nothing."""
    names = ("indicator", "starts", "ends", "by", "sent", "delivered", "interacted", "unique")
    cells = Figure.objects.values_list(*names, "cell")
    return Counter((*rest, *cell) for *rest, cell in cells)


def tables() -> dict[str, str]:
    """What all tables hold, but for those in LEFT."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return emptying.digests(sorted(set(names) - LEFT))
