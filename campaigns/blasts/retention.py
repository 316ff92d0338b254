"""What blasts leave behind: counts stay, whose a delivery was goes when the donor's auditors are done.

References go too: by them the provider could still say whose a delivery was.
"""

from datetime import datetime

from people import retention
from people.retention import Rule

OLD = """
SELECT {row}.id FROM campaigns_blast b
JOIN campaigns_chunk c ON c.blast_id = b.id
JOIN {table} {row} ON {row}.chunk_id = c.id
WHERE b.state IN ('done', 'stopped') AND coalesce(b.started_at, b.planned_at) < %s AND {held} LIMIT %s
"""
UNNAME = f"""
UPDATE campaigns_delivery SET token = 'erased:' || replace(gen_random_uuid()::text, '-', '')
WHERE id IN ({OLD.format(row="d", table="campaigns_delivery", held="NOT starts_with(d.token, 'erased:')")})
"""  # noqa: S608 - our own words only
UNNAME_HELD = """
UPDATE campaigns_heldout SET token = 'erased:' || replace(gen_random_uuid()::text, '-', '')
WHERE id IN (
    SELECT h.id FROM campaigns_blast b JOIN campaigns_heldout h ON h.blast_id = b.id
    WHERE b.state IN ('done', 'stopped') AND coalesce(b.started_at, b.planned_at) < %s
    AND NOT starts_with(h.token, 'erased:') LIMIT %s)
"""
EMPTY = f"""
UPDATE campaigns_deliveryresult SET reference = ''
WHERE id IN ({OLD.format(row="r", table="campaigns_deliveryresult", held="r.reference <> ''")})
"""  # noqa: S608


def _deliveries(before: datetime) -> int:
    """Rows that lost their token; each gets a tombstone of its own."""
    retention.in_slices(EMPTY, before)
    held = retention.in_slices(UNNAME_HELD, before)
    return held + retention.in_slices(UNNAME, before)


RULES = (Rule("deliveries", _deliveries),)


def purge(*, at: datetime) -> None:
    """Blasts whose time is over."""
    retention.purge(at=at, rules=RULES)
