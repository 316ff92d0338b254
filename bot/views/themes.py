"""The page of what people ask about: content that they came for, and questions without an answer."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics import charts, counting, few, methods
from analytics.sheets import Row, Sheet, Table, Tile, Value
from analytics.sieves import Sieve
from analytics.views.sheet import asked_to_count, mirrored, page
from bot import themes as rules
from bot.themes import Theme
from campaigns.views.how import item_names


@page
def themes(request: HttpRequest, sieve: Sieve) -> Sheet:
    count = asked_to_count(request, sieve)
    asked = rules.themes(sieve.question, sieve.period) if count else []
    return Sheet(
        name="themes",
        title=_("Themes"),
        lead=_(
            "What people came for by themselves, by USSD and chat, and what nobody could answer. Fewer than five are "
            "told as “<5”."
        ),
        tiles=(Tile("themes", _("content items that somebody came for"), len(asked)),)
        if count
        else (),
        tables=(_asked(asked, sieve, count=count), *_unanswered(sieve)),
    )


def _asked(found: Sequence[Theme], sieve: Sieve, *, count: bool) -> Table:
    names = item_names(one.item for one in found)
    queries = []
    if sieve.question.start < sieve.period.ends:
        asked = rules.question(sieve.question)
        statement = counting.met_statement(asked, sieve.period, [rules.ITEM, rules.SPLIT])
        queries.append(methods.query(_("Who came by themselves, by content item"), *statement))
    return Table(
        key="asked",
        title=_("What people came for"),
        note=_(
            "Unique numbers that opened the content by themselves. A number may stand in several rows. All sensitive "
            "content is one row: of danger, of help and of rights in need nobody can tell which it was."
        ),
        head=(_("Content item"), _("Unique"), "USSD", _("Chat")),
        rows=tuple(Row(names[one.item], _values(one), one.item) for one in found),
        empty=_(
            "Nobody dialled or wrote in this period. Let people know the USSD code and the chat."
        ),
        chart=charts.bars(
            [(names[one.item], one.numbers) for one in found if not few.few(one.numbers)],
            title=_("Unique numbers by what they came for"),
            mirrored=mirrored(),
        ),
        method=methods.told(sieve, queries),
        more="" if count else "count=now",
        more_says=_(
            "Content items are counted from every exposure of the period: this may take a minute."
        ),
    )


def _values(one: Theme) -> tuple[Value, ...]:
    """All, by USSD, by chat; of sensitive content no part where the other would give it away."""
    parts = (one.ussd, one.chat)
    if one.item == rules.SENSITIVE and any(map(few.few, (one.numbers, *parts))):
        return (few.told(one.numbers), None, None)
    return tuple(map(few.told, (one.numbers, *parts)))


def _unanswered(sieve: Sieve) -> tuple[Table, ...]:
    """Questions are of no campaign: with one chosen there is no such table."""
    if sieve.campaign:
        return ()
    found = rules.unanswered(sieve.period.begin, sieve.period.end, sieve.countries)
    names = {**item_names(filter(None, found)), "": _("near to nothing we have")}
    rows = sorted(found.items(), key=lambda one: (not one[0], -one[1]))
    return (
        Table(
            key="unanswered",
            title=_("Questions without an answer"),
            note=_(
                "By the answer that was nearest, as the matcher or an editor took it. Their texts are kept for the "
                "editors for some weeks only, and so are these numbers; of danger they tell nothing."
            ),
            head=(_("Nearest answer"), _("Questions")),
            rows=tuple(Row(names[item], (few.told(size),), item) for item, size in rows),
            empty=_("Every question of this period found its answer, or its text is kept no more."),
            chart=charts.bars(
                [(names[item], size) for item, size in rows if not few.few(size)],
                title=_("Questions without an answer"),
                mirrored=mirrored(),
            ),
            method=methods.plain(
                _(
                    "A question counts when the matcher was unsure of all answers and none that it offered was chosen."
                )
            ),
        ),
    )
