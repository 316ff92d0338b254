"""What is held on one number as a file for the person: JSON for machines, plain text to read, line by line.

The number is masked and no message, question or topic is in it, so that the paper tells its finder little.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from campaigns.holdings import Holdings
from people.models import Consent, Person, Suppression

Lines = Iterator[tuple[str, str]]  # what, said


def as_json(found: Holdings, *, at: datetime) -> Iterator[str]:
    """Words of our own tables, in English; times in UTC."""
    yield from json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(_told(found, at))
    yield "\n"


def _told(found: Holdings, at: datetime) -> dict[str, object]:
    subject = found.subject
    return {
        "number": found.masked,
        "made_at": at.isoformat(),
        "profile": _profile(found.person) if found.person else None,
        "consents": [_consent(one) for one in found.consents],
        "ended_messages": [_suppression(one) for one in found.suppressions],
        "met": {"first": subject.met_at.isoformat(), "last": subject.seen_at.date().isoformat()}
        if subject
        else None,
        "language_remembered": subject.language if subject else "",
        "counted_in_months": found.months,
        "campaign_messages": [
            {
                "at": one.at.isoformat() if one.at else "",
                "state": one.state,
                "language": one.language,
            }
            for one in found.deliveries
        ],
        "rows": dict(found.counts),
    }


def _profile(person: Person) -> dict[str, object]:
    return {
        "country": person.country,
        "language": person.language,
        "sex": person.sex,
        "age_band": person.age_band,
        "district": person.district,
        "tags": person.tags,
        "network": person.network,
        "added_at": person.added_at.isoformat(),
    }


def _consent(one: Consent) -> dict[str, str]:
    return {
        "given_at": one.given_at.isoformat(),
        "until": one.ends_on.isoformat() if one.ends_on else "",
        "purpose": one.purpose,
        "basis": one.basis,
        "evidence": one.evidence,
        "text_version": one.text_version,
        "language": one.language,
        "channel": one.channel,
    }


def _suppression(one: Suppression) -> dict[str, str]:
    return {"since": one.since.isoformat(), "purpose": one.purpose, "how": one.how}


# --- to read --------------------------------------------------------------------------------------------


def as_text(found: Holdings, *, at: datetime) -> Iterator[str]:
    """In the reader's language."""
    yield _("What Njia Salama holds on the number %(number)s") % {"number": found.masked} + "\n"
    yield _("Made on %(day)s") % {"day": _moment(at)} + "\n\n"
    if found.nothing:
        yield _("Nothing is held on this number.") + "\n"
    for what, said in _lines(found):
        yield f"{what}: {said}\n"
    yield (
        "\n"
        + _(
            "You can have all of this erased, and messages ended, at any time and at no cost: on the menu of the "
            "code you dial, by the word STOP, in the chat, or from the people who gave you this paper."
        )
        + "\n"
    )


def _lines(found: Holdings) -> Lines:
    if found.person:
        yield from _of_profile(found.person)
    for consent in found.consents:
        agreed = f"{consent.get_basis_display()}, {_moment(consent.given_at)}"
        yield _("You agreed to messages"), agreed
    for one in found.suppressions:
        yield _("You ended messages"), f"{one.get_purpose_display()}, {_moment(one.since)}"
    if found.subject:
        yield _("First met"), _moment(found.subject.met_at)
        yield _("Last met"), formats.date_format(found.subject.seen_at, "DATE_FORMAT")
        yield _("Months in which the number is counted"), formats.localize(found.months)
    for sent in found.deliveries:
        yield _("Campaign message"), f"{_moment(sent.at) if sent.at else '–'}, {sent.state}"
    for words, rows in found.told:
        yield _("Rows kept: %(what)s") % {"what": words}, formats.localize(rows)


def _of_profile(person: Person) -> Lines:
    yield _("Country"), person.country
    yield _("Language"), person.language or "–"
    yield _("Sex"), str(person.get_sex_display())
    yield _("Age"), str(person.get_age_band_display())
    yield _("District"), person.district or "–"
    yield _("Tags"), ", ".join(person.tags) or "–"
    yield _("On our list since"), _moment(person.added_at)


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
