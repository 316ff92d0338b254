"""A text that somebody writes: always a new row and a draft, until another person has approved it.

Rows are never changed but for what was decided about them, so every earlier wording can be read and
taken up again.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from campaigns.editions.content import SOURCE, Words
from campaigns.editions.problems import MOVED, About, Problem, Refused
from campaigns.models import ContentItem, Status, Text
from campaigns.press.drafts import node, words
from campaigns.writing.seeding import FIELDS, digest
from campaigns.writing.workbench import Workbench
from people import audit
from people.audit import Kind
from people.models import Staff

APPROVE = "campaigns.approve_text"


def prepare(text: Text, *, by: Staff, at: datetime) -> None:
    """Fill in what the writer does not say; the caller saves."""
    text.author, text.made_at, text.status = by.get_username(), at, Status.DRAFT
    text.digest = digest_of(text)
    if text.language != SOURCE:
        english = newest(text.item, SOURCE)
        text.source_hash = english.digest if english else ""


def digest_of(text: Text) -> str:
    """What tells its wording from another, saved or not."""
    return digest({name: getattr(text, name) for name in FIELDS}, text.options)


def newest(item: ContentItem, language: str) -> Text | None:
    return Text.objects.filter(item=item, language=language).order_by("-id").first()


def compose_row(item: ContentItem, language: str, said: Words, *, back: str = "") -> Text:
    """The row of a text as somebody wrote it, not saved."""
    return Text(
        item=item,
        language=language,
        title=said.title.strip(),
        short=said.short.strip(),
        body=said.body.strip(),
        sms=said.sms.strip(),
        ussd=said.ussd.strip(),
        options=list(said.options),
        audio_url=said.audio.strip(),
        phrasings=list(said.phrasings),
        back=back.strip(),
    )


def write(  # noqa: PLR0913 (one argument a part of the text)
    item: ContentItem,
    language: str,
    said: Words,
    *,
    back: str = "",
    read: str = "",
    bench: Workbench,
    by: Staff,
    at: datetime,
) -> tuple[Text, bool]:
    """The new draft and True; the same words again give the row there is and False. Raises Refused.

    Words that are the same but were made from an older English text are a new draft: somebody looked.
    `read`: number of the text that the writer began from; where a newer one stands by now, it is told first.
    """
    row = compose_row(item, language, said, back=back)
    problems = bench.faults(node(item, {}), words(row), language)
    if problems:
        raise Refused(problems)
    prepare(row, by=by, at=at)
    with transaction.atomic():
        ContentItem.objects.select_for_update().get(pk=item.pk)
        last = newest(item, language)
        if last is not None and _same(last, row):
            return last, False
        if read and last is not None and str(last.pk) != read:
            raise Refused([_about(last, MOVED)])
        row.save()
    return row, True


def _same(one: Text, other: Text) -> bool:
    names = ("digest", "source_hash", "phrasings", "back", "audio_url")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def approve(text: Text, *, bench: Workbench, by: Staff, at: datetime) -> None:
    """The text may go live. Raises Refused: not by its author, not an older one, not a stale or faulty one."""
    problems = [
        *_refusals(text, by=by),
        *bench.faults(node(text.item, {}), words(text), text.language),
    ]
    if problems:
        raise Refused(problems)
    if text.status == Status.APPROVED:
        return  # a second press moves neither the name nor the day
    text.status, text.approver, text.approved_at, text.remark = Status.APPROVED, by, at, ""
    with transaction.atomic():
        text.save(update_fields=["status", "approver", "approved_at", "remark"])
        what = f"text {text.item.code} in {text.language}"
        audit.note(Kind.APPROVE, by=by, what=what, details={"text": str(text.pk)}, at=at)


def send_back(text: Text, remark: str, *, by: Staff) -> None:
    """The text needs another look of its author, who reads why. Raises Refused."""
    remark = remark.replace("\x00", "")  # no table takes one
    problems = [one for one in _refusals(text, by=by) if one.said != OWN]
    if not remark.strip():
        problems.append(_about(text, gettext_noop("say what should be changed.")))
    if problems:
        raise Refused(problems)
    text.status, text.remark, text.approver, text.approved_at = (
        Status.RETURNED,
        remark.strip()[:500],
        None,
        None,
    )
    text.save(update_fields=["status", "remark", "approver", "approved_at"])


OWN = gettext_noop("you wrote it; another person has to approve it.")
MAY_NOT = gettext_noop("your role does not approve texts.")
OLDER = gettext_noop("there is a newer text; look at that one.")
STALE = gettext_noop("the English text has changed since; it has to be looked at again first.")


def _refusals(text: Text, *, by: Staff) -> list[Problem]:
    said = []
    if not by.has_perm(APPROVE):
        said.append(MAY_NOT)
    if text.author == by.get_username() and not settings.SELF_APPROVAL:
        said.append(OWN)
    last = newest(text.item, text.language)
    if last is None or last.pk != text.pk:
        said.append(OLDER)
    english = newest(text.item, SOURCE)
    if text.source_hash and english is not None and text.source_hash != english.digest:
        said.append(STALE)
    return [_about(text, one) for one in said]


def _about(text: Text, said: str) -> Problem:
    return Problem(said, About.TEXT, text.item.code, text.language)
