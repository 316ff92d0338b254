"""What is held of one person, in a row of its kind."""

from bot.models import Case
from campaigns.models import Audience, AudienceMember, Blast, Campaign, Chunk, Delivery, Fate
from people import identity
from people.models import Staff
from tests.people.made import NOON, number


def danger(token: str) -> Case:
    return Case.objects.create(
        entry=1,
        door="sms",
        rule="en: held",
        text=identity.seal("they keep my passport"),
        number=identity.seal(number(), identity.NUMBER),
        token=token,
        heard_at=NOON,
    )


def delivery(token: str, by: Staff, state: Fate = Fate.DELIVERED) -> Delivery:
    campaign = Campaign.objects.create(code="safe-way", name="Safe way")
    audience = Audience.objects.create(name="all", countries=["KE"], explicit=True)
    AudienceMember.objects.create(audience=audience, token=token)
    blast = Blast.objects.create(
        campaign=campaign,
        audience=audience,
        item="trafficking",
        edition="e",
        gateway="sim",
        countries=["KE"],
        planned_by=by,
        planned_at=NOON,
        expires_at=NOON,
        window_from="08:00",
        window_to="18:00",
        budget=1,
        currency="KES",
    )
    chunk = Chunk.objects.create(blast=blast, country="KE", language="sw", people=1)
    return Delivery.objects.create(
        blast=blast, chunk=chunk, token=token, country="KE", language="sw", state=state, at=NOON
    )
