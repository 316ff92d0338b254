"""What goes into an evidence pack besides rows: the texts as they were, and references that a provider can check."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import timezone

from analytics import auditing, closing, packs
from analytics.ledger import Tier
from analytics.models import ClosedPeriod
from analytics.periods import Kind, Period, day_of, standard
from campaigns import evidence, tasks
from campaigns.blasts import counting
from campaigns.models import Blast, Delivery, DeliveryResult, Fate
from people import erasure
from tests.campaigns import scene
from tests.published import in_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def blast(deployment, settings, tmp_path: Path) -> Blast:
    """Two people, both of whom it was delivered to; references are known of both."""
    scene.people(2)
    made = scene.started()
    at = timezone.now()
    for delivery in Delivery.objects.filter(blast=made):
        DeliveryResult.objects.create(
            chunk_id=delivery.chunk_id,
            delivery=delivery,
            state=Fate.DELIVERED,
            reference=f"ref-{delivery.token}",
            at=at,
        )
    happened = {delivery.pk: at for delivery in Delivery.objects.filter(blast=made)}
    counting.count(Tier.SENT, happened, at=at)
    counting.count(Tier.DELIVERED, happened, at=at)
    return made


def month() -> Period:
    return standard(Kind.MONTH, day_of(timezone.now()))


def sheet(name: str) -> list[dict[str, str]]:
    """A file of the pack of the headline indicator."""
    closed = ClosedPeriod.objects.get(indicator="3.3")
    with ZipFile(packs.place(closed.digest)) as zipped:
        return list(csv.DictReader(io.StringIO(zipped.read(name).decode(), newline="")))


def close() -> None:
    """The month of now, once it is over."""
    later = month().end + timedelta(days=8)
    proposal = closing.propose(month(), by="amina", at=later)
    closing.agree(proposal.pk, by="bekele", at=later)
    tasks.close_periods()


def test_texts_are_those_that_were_sent_in_the_period(blast):
    found = [one for one in evidence.texts("3.3", month()) if one.source == f"blast {blast.pk}"]

    told = {(one.country, one.language, one.text) for one in found}
    assert told == set(blast.texts.values_list("country", "language", "text"))
    assert {(one.item, one.channel, one.campaign) for one in found} == {
        (blast.item, "sms", blast.campaign.code)
    }


def test_texts_of_another_time_or_indicator_are_left_out(blast):
    before = standard(Kind.MONTH, day_of(timezone.now() - timedelta(days=70)))

    assert list(evidence._of_blasts("3.3", before)) == []
    assert list(evidence._of_blasts("9.9", month())) == []


def test_pack_holds_texts_and_hashed_references_and_no_token(blast):
    close()

    sample = sheet("sample.csv")
    known = {
        hashlib.sha256(one.encode()).hexdigest()
        for one in DeliveryResult.objects.values_list("reference", flat=True)
    }
    assert {row["reference_sha256"] for row in sample} == known
    assert [row["tier"] for row in sample] == ["sent", "sent", "delivered", "delivered"]
    assert {row["item"] for row in sheet("texts.csv") if row["source"].startswith("blast")} == {
        blast.item
    }
    closed = ClosedPeriod.objects.get(indicator="3.3")
    with ZipFile(packs.place(closed.digest)) as zipped:
        everything = b"".join(zipped.read(name) for name in zipped.namelist())
    tokens = Delivery.objects.values_list("token", flat=True)
    assert [token for token in tokens if token.encode() in everything] == []
    assert auditing.audit(packs.place(closed.digest), digest=closed.digest).faults == ()


def test_who_was_forgotten_leaves_no_reference(blast):
    erasure.forget(scene.token(0))

    close()

    references = [row["reference_sha256"] for row in sheet("sample.csv")]
    assert sorted(bool(one) for one in references) == [False, False, True, True]


def test_texts_of_editions_are_told_for_each_channel_and_once():
    made = in_tables()
    span = Period(
        day_of(made.made_at) - timedelta(days=1), day_of(timezone.now()) + timedelta(days=2)
    )

    found = list(evidence.texts("3.3", span))

    item = next(one for one in made.items.values() if "3.3" in one.indicators)
    (language, said), *_ = sorted(item.texts.items())
    own = {
        one.channel: one.text for one in found if (one.item, one.language) == (item.id, language)
    }
    assert own == {"sms": said.sms, "ussd": said.ussd or said.body, "chat": said.body}
    assert {one.source for one in found} == {f"edition {made.id}"}
    assert len(found) == len({(one.item, one.channel, one.language, one.text) for one in found})
