"""What follows on "send me this by SMS": the text of one item, put into the outbox for the number that asked (S2).

Nothing is ever sent that was not asked for after a warning. What was asked for is a reply and no campaign
message: a number that ended messages gets it too, and its suppression stands; no hour of the day holds it up.
The ledger hears nothing of it: the item was met on the screen, and was counted there.

A number gets three texts a day and the same one once in ten minutes. What is more is not sent and only
counted: nobody can be flooded from a phone lent for a moment, and a key pressed twice costs once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from campaigns.blasts import routes
from campaigns.editions.edition import BadEdition, Edition, Item
from campaigns.models.replies import Answer
from campaigns.replies.retention import CAP
from gateways.base import Gateway
from journal import intake
from journal.intake import Entry
from people import erasure, identity

BATCH = 500
MOST = 3  # texts a number within CAP
AGAIN = timedelta(minutes=10)  # until the same text may be asked for again
REFERENCE_MOST = 200  # characters of the column

Find = Callable[[str], Edition | None]


class Absent(ValueError):  # noqa: N818 - named for what it is
    """There is nothing to send; the text says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish as its door wrote it. `language` with its script, as shown ("am-Latn"); `number` sealed."""

    gateway: str
    session: str
    token: str
    country: str
    item: str
    language: str
    edition: str
    number: str = field(repr=False)
    at: datetime

    @property
    def reference(self) -> str:
        """The same for a hop that is posted again, and for a key pressed twice in one session."""
        return f"ussd:{self.session}:{self.item}"[:REFERENCE_MOST]


@dataclass(frozen=True, slots=True)
class Had:
    """A text that a number has asked for and got."""

    item: str
    at: datetime


def fold_send_me(find: Find, *, limit: int = BATCH) -> int:
    """Take a batch of wishes, put a parcel for each into the outbox; how many wishes."""
    with intake.take("send-me", limit) as entries:
        asked = [(entry, one) for entry in entries if (one := _asked(entry)) is not None]
        if asked:
            Answer.objects.bulk_create(_parcels(asked, find), ignore_conflicts=True)
        return len(entries)


def _asked(entry: Entry) -> Asked | None:
    body = entry.body
    try:
        identity.unseal(body["number"], identity.NUMBER)
        return Asked(
            gateway=str(body["g"]),
            session=str(body["s"]),
            token=_named(body["t"]),
            country=str(body["c"])[:2],
            item=str(body["item"]),
            language=str(body["language"]),
            edition=str(body["edition"]),
            number=str(body["number"]),
            at=entry.at,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        intake.set_aside(entry, f"no wish: {type(error).__name__}")
        return None


def _named(token: object) -> str:
    """Raises ValueError for nobody: what nobody asked for is sent to nobody."""
    if not token:
        raise ValueError("no token")
    return str(token)


# --- what becomes of a batch --------------------------------------------------------------------------


def _parcels(asked: Iterable[tuple[Entry, Asked]], find: Find) -> Iterator[Answer]:
    """A row for each wish that is new, those not to be sent among them, with the reason."""
    asked = sorted(
        _renamed(asked), key=lambda pair: pair[1].at
    )  # each process ships its own journal
    wishes = [one for _, one in asked]
    known, had, forgotten = _known(wishes), _had(wishes), _forgotten(wishes)
    editions: dict[str, Edition | None] = {}
    for entry, one in asked:
        if (one.gateway, one.reference) in known:
            continue
        known.add((one.gateway, one.reference))
        try:
            item, text = _text(one, find, editions)
        except Absent as absent:
            intake.set_aside(entry, str(absent))
            continue
        before = had.setdefault(one.token, [])
        reason = "erased" if one.at < forgotten.get(one.token, one.at) else _refusal(one, before)
        if not reason:
            before.append(Had(one.item, one.at))
        yield _parcel(one, item, text, reason)


def _renamed(asked: Iterable[tuple[Entry, Asked]]) -> list[tuple[Entry, Asked]]:
    """The wishes under the tokens their people have now, whatever key they were written under."""
    told = list(asked)
    now = identity.current(one.token for _, one in told)
    return [(entry, replace(one, token=now.get(one.token, one.token))) for entry, one in told]


def _known(asked: Iterable[Asked]) -> set[tuple[str, str]]:
    """Names of wishes that were heard before."""
    rows = Answer.objects.filter(reference__in={one.reference for one in asked})
    return set(rows.values_list("gateway", "reference"))


def _had(asked: Iterable[Asked]) -> dict[str, list[Had]]:
    """Token -> what was put into the outbox for it lately, whatever has become of it but a refusal."""
    asked = list(asked)
    rows = Answer.objects.filter(
        kind=Answer.Kind.PARCEL,
        token__in={one.token for one in asked},
        made_at__gt=min(one.at for one in asked) - CAP,
    ).exclude(state=Answer.State.REFUSED)
    found: dict[str, list[Had]] = {}
    for token, item, at in rows.values_list("token", "item", "made_at"):
        found.setdefault(token, []).append(Had(item, at))
    return found


def _forgotten(asked: Iterable[Asked]) -> dict[str, datetime]:
    """Token -> when somebody among them asked to be forgotten: nothing of before is sent."""
    wishes = erasure.asked().filter(token__in={one.token for one in asked})
    return dict(wishes.values_list("token", "at"))


def _refusal(one: Asked, had: Iterable[Had]) -> str:
    """Why the text is not sent to a number that had these; "" where it is."""
    if any(each.item == one.item and abs(one.at - each.at) < AGAIN for each in had):
        return "again"
    return "enough" if sum(one.at - CAP < each.at for each in had) >= MOST else ""


def _parcel(one: Asked, item: Item, text: str, reason: str) -> Answer:
    """Waiting; or refused, and then without number, token and text."""
    return Answer(
        kind=Answer.Kind.PARCEL,
        gateway=one.gateway,
        reference=one.reference,
        country=one.country,
        item=item.id,
        sensitive=item.sensitive,
        token="" if reason else one.token,
        number="" if reason else one.number,
        text="" if reason else identity.seal(text),
        made_at=one.at,
        state=Answer.State.REFUSED if reason else Answer.State.WAITING,
        reason=reason,
    )


# --- the text -----------------------------------------------------------------------------------------


def _text(one: Asked, find: Find, editions: dict[str, Edition | None]) -> tuple[Item, str]:
    """The item and its SMS, from the edition of the screen or, where that is gone, from today's. Raises Absent."""
    gateway = routes.gateways().get(one.gateway)
    if gateway is None:
        raise Absent("no such gateway")
    if one.edition not in editions:
        editions[one.edition] = _found(one.edition, find)
    edition = editions[one.edition]
    if edition is None or not edition.kind.may_serve(simulated=gateway.simulated):
        edition = _current(gateway)
    item = edition.items.get(one.item)
    text = edition.sms(one.item, one.language, one.country)
    if item is None or not text:
        raise Absent("no such text in its edition")
    return item, text


def _found(name: str, find: Find) -> Edition | None:
    """The edition; None as well for one that an older release wrote in its own way."""
    try:
        return find(name)
    except BadEdition:
        return None


def _current(gateway: Gateway) -> Edition:
    try:
        return routes.edition(simulated=gateway.simulated)
    except routes.NoRoute as error:
        raise Absent("nothing is published for its gateway") from error
