"""Single messages into chats of Telegram and WhatsApp: they wait with the other answers and leave as those do, once.

What is sealed as the number of such a row is the chat's address. An app may close its window: what has not left by
then never does.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaigns.blasts import routes
from campaigns.models.replies import Answer
from gateways.base import Batch
from gateways.messenger import Letter, Messenger
from people import consent, identity

Choices = tuple[tuple[str, str], ...]  # (key, title)
KINDS = (Answer.Kind.ANSWER, Answer.Kind.PERSON)  # what a chat can get


@dataclass(frozen=True, slots=True)
class Posting:
    """What to send to whom. `reference`: the same for the same wish, so that it is sent once; `token` may be "".

    `heard_at`: when the person last wrote, for apps with a window.
    """

    gateway: str
    reference: str
    country: str
    token: str
    letter: Letter = field(repr=False)
    heard_at: datetime
    kind: Answer.Kind = Answer.Kind.ANSWER


def closes(gateway: str, heard_at: datetime) -> datetime | None:
    """When the app lets nothing more through to somebody who last wrote then; None: it always does."""
    account = routes.gateways().get(gateway)
    window = account.window if isinstance(account, Messenger) else None
    return heard_at + window if window else None


def wait(posting: Posting, *, at: datetime) -> bool:
    """Put it into the queue, in the caller's transaction; whether it was not there already."""
    letter = posting.letter
    _row, made = Answer.objects.get_or_create(
        gateway=posting.gateway,
        reference=posting.reference,
        defaults={
            "kind": posting.kind,
            "country": posting.country[:2],
            "token": posting.token,
            "number": identity.seal(letter.to, identity.NUMBER),
            "text": identity.seal(letter.text),
            "choices": _sealed(letter.choices),
            "made_at": at,
            "not_after": closes(posting.gateway, posting.heard_at),
        },
    )
    return made


def refuse(posting: Posting, reason: str, *, at: datetime) -> None:
    """Keep that it was not answered, and why, so that it is not answered later either."""
    Answer.objects.get_or_create(
        gateway=posting.gateway,
        reference=posting.reference,
        defaults={
            "kind": posting.kind,
            "country": posting.country[:2],
            "token": posting.token,
            "made_at": at,
            "state": Answer.State.REFUSED,
            "reason": reason,
        },
    )


def send(one: Answer, gateway: Messenger, to: str, text: str, *, at: datetime) -> Batch:
    """Send it. Raises BrokenSeal."""
    batch = gateway.write(Letter(to, text, _opened(one.choices)))
    if batch.outcomes[0].reason == "opted-out":
        token = identity.suppression_token(to)
        consent.suppress([consent.OptOut(token, at, "provider", one.country)])
    return batch


def _sealed(choices: Sequence[tuple[str, str]]) -> str:
    return identity.seal(json.dumps(choices)) if choices else ""


def _opened(sealed: str) -> Choices:
    """Raises BrokenSeal."""
    told = json.loads(identity.unseal(sealed, identity.TEXT)) if sealed else []
    return tuple((str(key), str(title)) for key, title in told)
