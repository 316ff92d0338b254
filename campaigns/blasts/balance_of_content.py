"""No fear alone: what only frightens is approved with a written reason or not at all (message ethics, D5).

A text about dangers is balanced when it names a way out that works where it is read, or when its campaign
tells the same country of rights, of a safe way or of help in another blast that was approved. The campaign
of whatever belongs to no other balances nothing: it holds everything that was ever sent.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from campaigns.blasts import routes
from campaigns.blasts.permits import Refused
from campaigns.editions.edition import Edition, Item
from campaigns.editions.tokens import KINDS
from campaigns.editions.wording import RISK, WAYS_OUT, tokens
from campaigns.models.blasts import ALWAYS_ON, Blast, BlastText, Notice
from people.masking import masked

BALANCING = frozenset(("rights", "safe", "help"))  # components of which one is enough
SHORTEST, LONGEST = 20, 500  # characters of a reason
OVERRIDE = "risk-only"  # the kind of its notice
GIVEN = (Blast.State.APPROVED, Blast.State.RUNNING, Blast.State.PAUSED, Blast.State.DONE)


def lacking(blast: Blast, texts: Iterable[BlastText] | None = None) -> list[str]:
    """Texts of a blast, as "sw/KE", that only frighten; none for whatever is not about dangers.

    texts: those of a blast that is not saved. Raises NoRoute where no edition is there to judge by.
    """
    edition = routes.edition(simulated=routes.of(blast)[0].simulated)
    item = edition.items.get(blast.item)
    if item is None or item.component != RISK:
        return []
    read = blast.texts.all() if texts is None else texts
    alone = [text for text in read if not names_way_out(edition, item, text)]
    told = _told_otherwise(blast, edition) if alone else set()
    return sorted(f"{text.language}/{text.country}" for text in alone if text.country not in told)


def settle(blast: Blast, reason: str, texts: Iterable[BlastText] | None = None) -> str:
    """The reason that an approver must write, cleaned; "" where none is needed. Raises Refused."""
    if not (lone := lacking(blast, texts)):
        return ""
    given = masked(" ".join(reason.split()))[:LONGEST]
    if len(given) < SHORTEST:
        raise Refused(
            _(
                "It only frightens: the text in %(texts)s names no right, no safe way and no help, and neither does "
                "another blast of its campaign there. Plan one of those first, or write why it must go as it is, in "
                "%(least)d characters or more."
            )
            % {"texts": ", ".join(lone), "least": SHORTEST}
        )
    return given


def override_of(blast: Blast) -> str:
    """Why it was approved although it only frightens; "" where nobody had to say."""
    found = Notice.objects.filter(blast=blast, kind=OVERRIDE).order_by("pk").last()
    return found.text if found else ""


def names_way_out(edition: Edition, item: Item, text: BlastText) -> bool:
    """Whether the SMS itself leads somewhere: to a number there is in that country, or to a menu it has."""
    said = tokens(item.texts[text.language].sms)
    return any(_works(name, edition, item, text) for name in said & WAYS_OUT)


def _works(name: str, edition: Edition, item: Item, text: BlastText) -> bool:
    country = item.place(text.country)
    if name == "numbers":
        return edition.helps(country, text.language)
    if name in KINDS:
        return name in edition.numbers_for(country, text.language)
    return any(name == f"menu:{line.topic}" for line in edition.main(text.country, text.language))


def _told_otherwise(blast: Blast, edition: Edition) -> set[str]:
    """Countries to which the same campaign sends, or sent, something of rights, safe ways or help."""
    if blast.campaign.code == ALWAYS_ON:
        return set()
    others = Blast.objects.filter(campaign=blast.campaign_id, state__in=GIVEN).exclude(pk=blast.pk)
    return set(_countries(others.values_list("item", "texts__country").distinct(), edition))


def _countries(rows: Iterable[tuple[str, str | None]], edition: Edition) -> Iterable[str]:
    for code, country in rows:
        item = edition.items.get(code)
        if country and item is not None and item.component in BALANCING:
            yield country
