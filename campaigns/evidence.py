"""What we know of a closed period that the ledger does not: the texts as they were, and providers' references.

It goes into the period's evidence pack (`analytics.packs`), which hashes every reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID, uuid5

from analytics.evidence import Sampled
from analytics.packs import SentText, Sources
from analytics.periods import Period
from campaigns.editions import edition as editions
from campaigns.models import BlastText, Delivery, DeliveryResult, Edition
from people.models import Subject


def texts(indicator: str, period: Period) -> Iterator[SentText]:
    """Every text with this indicator: of blasts that were sent in the period, of editions served in it."""
    yield from _of_blasts(indicator, period)
    seen: set[tuple[str, str, str, str]] = set()
    for served in _served(period):
        for one in _of_edition(served, indicator):
            told = (one.item, one.channel, one.language, one.text)
            if told not in seen:
                seen.add(told)
                yield one


def _of_blasts(indicator: str, period: Period) -> Iterator[SentText]:
    sent = BlastText.objects.filter(
        blast__indicators__contains=[indicator],
        blast__started_at__lt=period.end,
        blast__expires_at__gt=period.begin,
    )
    fields = ("blast__campaign__code", "blast__item", "country", "language", "blast", "text")
    for campaign, item, country, language, blast, text in sent.order_by("pk").values_list(*fields):
        yield SentText(
            campaign=campaign,
            item=item,
            channel="sms",
            country=country,
            language=language,
            source=f"blast {blast}",
            text=text,
        )


def _served(period: Period) -> Iterator[editions.Edition]:
    """The edition that stood when the period began, and all of the period."""
    published = Edition.objects.order_by("published_at")
    before = published.filter(published_at__lte=period.begin).last()
    rows = published.filter(published_at__gt=period.begin, published_at__lt=period.end)
    bodies = rows.values_list("body", flat=True).iterator(1)
    for body in (*([before.body] if before else []), *bodies):
        yield editions.Edition.from_json(body)


def _of_edition(served: editions.Edition, indicator: str) -> Iterator[SentText]:
    for item in served.items.values():
        if indicator in item.indicators:
            for language, said in sorted(item.texts.items()):
                ways = {"sms": said.sms, "ussd": said.ussd or said.body, "chat": said.body}
                for channel, text in ways.items():
                    if text:
                        yield SentText(
                            campaign="",
                            item=item.id,
                            channel=channel,
                            country=" ".join(item.countries),
                            language=language,
                            source=f"edition {served.id}",
                            text=text,
                        )


def references(rows: Sequence[Sampled]) -> dict[UUID, str]:
    """The provider's reference of each row that came of a delivery, while somebody's token still leads to it.

    A key tells its delivery only to whoever has the delivery: those of the sampled subjects are tried.
    """
    wanted = {row.key: row.told("tier") for row in rows}
    subjects = Subject.objects.filter(subject__in={row.subject for row in rows})
    sent = Delivery.objects.filter(token__in=subjects.values("token")).values_list(
        "pk", "blast__namespace"
    )
    found = {
        uuid5(namespace, f"{delivery}:{tier}"): delivery
        for delivery, namespace in sent
        for tier in set(wanted.values())
    }
    deliveries = {key: found[key] for key in wanted if key in found}
    known = _references(deliveries)
    return {key: known[one] for key, one in deliveries.items() if one in known}


def _references(deliveries: Mapping[UUID, int]) -> dict[int, str]:
    """The newest reference of each delivery."""
    chunks = Delivery.objects.filter(pk__in=deliveries.values()).values("chunk_id")
    results = DeliveryResult.objects.filter(
        chunk_id__in=chunks, delivery_id__in=deliveries.values()
    ).exclude(reference="")
    return dict(results.order_by("pk").values_list("delivery_id", "reference"))


SOURCES = Sources(texts, references)
