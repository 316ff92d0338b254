"""Who was left out of blasts before sending, and why, summed for an export."""

from collections import Counter
from collections.abc import Sequence

from analytics.exports.gathering import Exclusion
from analytics.periods import Period
from campaigns.blasts.reasons import REASONS
from campaigns.models.blasts import Blast


def left_out(period: Period, countries: Sequence[str]) -> list[Exclusion]:
    """Of blasts that began in the period and lie wholly in these countries: people a campaign and reason."""
    begun = Blast.objects.filter(
        started_at__gte=period.begin,
        started_at__lt=period.end,
        countries__contained_by=list(countries),
    )
    people: Counter[tuple[str, str]] = Counter()
    for campaign, excluded in begun.values_list("campaign__code", "excluded"):
        people.update({(campaign, reason): count for reason, count in excluded.items() if count})
    return [
        Exclusion(campaign, reason, str(REASONS.get(reason, reason)), count)
        for (campaign, reason), count in sorted(people.items())
    ]
