"""A deployment with rows in two countries, and somebody of each role in each."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from analytics import attachments, entries, making, networks, packs
from analytics.exports.kinds import KINDS
from analytics.models import ClosedPeriod, Closing, EntryKind, ExportJob, Method, Release
from analytics.periods import later, parse
from bot.models import Case, Question, QuestionGroup, Wish, WishText
from campaigns.blasts import recurring, routes
from campaigns.models import (
    Alert,
    Audience,
    Campaign,
    Edition,
    Fact,
    Price,
    Referral,
    Source,
    Text,
)
from people import accounts, badges, identity, offering, staff
from people.countries import CODES
from people.models import Consent, ImportRun, Person, Reveal, Staff, Suppression, Tag
from tests.campaigns import scene
from tests.people.made import NOON
from tests.published import in_tables
from ussd.models import Call

HOME, AWAY = "KE", "ET"
Rows = dict[str, dict[str, Any]]


@contextmanager
def deployment() -> Iterator[Rows]:
    """Rows of both countries by what they are; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        with override_settings(DATA=Path(folder), NETWORK_PORT=9), transaction.atomic():
            scene.forget_routes()
            networks.forget()
            staff.install_roles()
            offering.adopt("sw")
            call_command("networks", stdout=io.StringIO())
            routes._shelf().put(in_tables())
            yield {HOME: _rows(HOME), AWAY: _rows(AWAY)}
            transaction.set_rollback(True)
        scene.forget_routes()


def hire(role: str, *countries: str) -> Staff:
    """One of the role in these countries; administrators, too."""
    made = staff.hire(f"{role}-{'-'.join(countries)}", role, countries=countries, password="x")
    Staff.objects.filter(pk=made.pk).update(countries=list(countries))
    made.refresh_from_db()
    return made


def browser(account: Staff | None) -> Client:
    made = Client()
    if account:
        made.force_login(account)
    return made


def _rows(country: str) -> dict[str, Any]:
    """What stands for `country`: named after it, so that a page that shows it gives itself away."""
    scene.people(2, country, language="en")
    blast = scene.planned(item="faq-021", audience=country)
    boss = hire("administrator", *CODES)
    account = hire("translator", country)
    evidence = f"forms-of-{country}"
    owner = hire("manager", country)
    run = ImportRun.objects.create(
        country=country, basis="consent-form", evidence=evidence, started_at=NOON, by=owner
    )
    person = Person.objects.filter(country=country).order_by("pk")[0]
    consent = Consent.objects.create(basis="consent-form", evidence=evidence, given_at=NOON)
    Person.objects.filter(pk=person.pk).update(basis=consent)
    campaign = {"code": f"sea-{country}", "name": f"Sea-{country}", "countries": [country]}
    price = {"gateway": f"gate-{country}", "per_part": 1, "currency": "XXX", "valid_from": NOON}
    call = {"gateway": "sim", "session": f"s-{country}", "began_at": NOON}
    return {
        "blast": blast.pk,
        "series": recurring.propose(
            scene.proposal(item="faq-021", audience=country), by=owner, at=NOON
        ).pk,
        "people_person": person.pk,
        "people_importrun": run.pk,
        "people_consent": consent.pk,
        "people_staff": account.pk,
        "people_language": "sw",
        "people_suppression": Suppression.objects.create(
            token=f"s1.{country}", since=NOON, how="word", country=country
        ).pk,
        "people_reveal": Reveal.objects.create(token="x", by=owner, reason="r", at=NOON).pk,
        "proposal": _proposal(account, boss),
        "badge": _badge(country, boss),
        "referral": _referral(country),
        "alert": _alert(country),
        **_closed(country),
        "entry": _entry(country),
        "network": {HOME: "63902", AWAY: "63601"}[country],
        "campaigns_campaign": Campaign.objects.create(**campaign).pk,
        "campaigns_audience": Audience.objects.create(
            name=f"Ears-{country}", countries=[country]
        ).pk,
        "campaigns_source": Source.objects.get_or_create(code="S99", publisher="P", title="T")[
            0
        ].pk,
        "campaigns_price": Price.objects.create(country=country, **price).pk,
        "case": _case(country, None),
        "wish": _wish(country),
        "question": _question(country, owner, ""),
        "decided": _question(country, owner, "dropped"),
        "candidate": _question(country, owner, "danger"),
        "export": _export(country),
        "tag": Tag.objects.create(name=f"club of {country}", country=country).pk,
        "open_case": _case(country, hire("protection", country)),
        "ussd_call": Call.objects.create(country=country, **call).pk,
        "edition": Edition.objects.values_list("hash", flat=True)[0],
        "text_en": Text.objects.get(item__code="faq-021", language="en").pk,
        "text_so": Text.objects.get(item__code="faq-021", language="so").pk,
        "fact": Fact.objects.values_list("code", flat=True)[0],
    }


def _entry(country: str) -> int:
    told = entries.Told(
        kind=EntryKind.EVENT,
        title=f"Market-{country}",
        on=NOON.date(),
        country=country,
        indicators=("3.3", "3.11"),
        people=40,
        indirect=False,
        method=Method.SHEET,
    )
    shown = attachments.keep("sheet.pdf", [b"%PDF-1.7"])
    return entries.enter(told, entries.Act("owner", timezone.now(), shown)).pk


def _proposal(account: Staff, boss: Staff) -> int:
    done = accounts.change(account, "protection", account.countries, by=boss, at=timezone.now())
    assert done.proposal is not None
    return done.proposal.pk


def _badge(country: str, boss: Staff) -> int:
    given = badges.give(f"Radio-{country}", ["editions"], [country], 30, by=boss, at=timezone.now())
    return given.badge.pk


def _export(country: str) -> int:
    """A file of figures that is ready."""
    asked = {"countries": [country], "by": f"by-{country}", "at": NOON}
    job = making.order(KINDS["long"], parse("2025"), **asked)  # type: ignore[arg-type]
    making.place(job).write_text(country)
    ExportJob.objects.filter(pk=job.pk).update(state=ExportJob.State.DONE)
    return job.pk


def _referral(country: str) -> str:
    return Referral.objects.create(code=f"own-{country}", country=country, name="Desk").code


def _closed(country: str) -> dict[str, Any]:
    """A month of the country's that was closed."""
    month = {HOME: date(2025, 1, 1), AWAY: date(2025, 2, 1)}[country]
    span = {"starts": month, "ends": later(month, 1)}
    hands = {"proposed_by": "one", "proposed_at": NOON, "decided_by": "two", "decided_at": NOON}
    closing = Closing.objects.create(state="closed", **span, **hands)
    row = ClosedPeriod.objects.create(
        closing=closing,
        indicator="3.3",
        rule=1,
        upto=0,
        parameters='{"start":"2015-01-01","tiers":["delivered"]}',
        countries=[country],
        rows=0,
        digest=f"{month:%m}" * 32,
        size=1,
        closed_at=NOON,
        **span,
    )
    packs.folder().mkdir(exist_ok=True)
    packs.place(row.digest).write_bytes(b"x")
    copied = {"indicator": "3.3", "rule": 1, "upto": 0, "made_by": "one", "made_at": NOON}
    Release.objects.create(table="total", content="", truth="", digest="x", **copied, **span)
    return {"closing": closing.pk, "pack": row.digest, "month": f"{month:%Y-%m}"}


def _case(country: str, officer: Staff | None) -> int:
    """A case that an officer has, whom it is safe to call now; or one that nobody has."""
    at = timezone.now()
    held = {"state": Case.State.TAKEN, "taken_by": officer, "taken_at": at} if officer else {}
    number = identity.seal(scene.number(1), identity.NUMBER)
    told = {"door": "sms", "text": identity.seal("help"), "number": number, "heard_at": at}
    safe = {"safe_when": Case.When.NOW, "safe_said_at": at}
    entry = Case.objects.count() + 1
    return Case.objects.create(entry=entry, country=country, **told, **safe, **held).pk


def _wish(country: str) -> int:
    """A question to a person that nobody has."""
    at, entry = timezone.now(), Wish.objects.count() + 1
    told = {"door": "web", "token": f"t1.{country}", "asked_at": at, "last_at": at}
    wish = Wish.objects.create(entry=entry, country=country, **told)
    WishText.objects.create(wish=wish, entry=entry, text=identity.seal("who?"), at=at)
    return wish.pk


def _question(country: str, editor: Staff, verdict: str) -> int:
    """A group with one question, in whatever state an editor left it."""
    at = timezone.now()
    decided = {"decided_by": editor, "decided_at": at} if verdict else {}
    group = QuestionGroup.objects.create(country=country, language="en", verdict=verdict, **decided)
    told = {"door": "web", "language": "en", "asked_at": at, "state": verdict or "new"}
    text = identity.seal(f"what does a goat of {country} cost")
    entry = Question.objects.count() + 1
    Question.objects.create(entry=entry, country=country, text=text, group=group, **told)
    return group.pk


def _alert(country: str) -> int:
    day = date(2026, 3, 2)
    alert = {"thing": "number", "code": f"own-{country}", "expires": day, "days": 7, "at": NOON}
    return Alert.objects.create(country=country, **alert).pk


# words by which a page shows a row of the country
def marks(country: str, rows: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"forms-of-{country}",
        f"Sea-{country}",
        f"Market-{country}",
        f"Ears-{country}",
        f"gate-{country}",
        f"Radio-{country}",
        f"translator-{country}<",
        f"/blasts/{rows['blast']}/",
        f"/audiences/{rows['campaigns_audience']}/",
        f"/people/{rows['people_person']}/",
        f"/import/{rows['people_importrun']}/",
        f"/proposals/{rows['proposal']}/",
        f"/expiring/{rows['alert']}/",
        f"/directory/own-{country}/",
        f"/cases/{rows['case']}/",
        f"/inbox/{rows['wish']}/",
        f"goat of {country}",
        f"/questions/{rows['question']}/",
        f"/questions/{rows['decided']}/",
        f"club of {country}",
        {HOME: "+254", AWAY: "+251"}[country],
    )
