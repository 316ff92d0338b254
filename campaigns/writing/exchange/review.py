"""The reviewer's workbook: a native reader says of every text whether it is good, and what to change to.

A text that was found good in all its fields is marked reviewed, with the reader's name; it still has to be
approved by somebody of staff. What should be changed becomes a new draft; a remark stays with the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.exports.xlsx import PLAIN_TEXT
from campaigns.editions.problems import About, Problem, Refused
from campaigns.models import Status, Text
from campaigns.writing.exchange import changes
from campaigns.writing.exchange.changes import Change, Preview
from campaigns.writing.exchange.rows import (
    Came,
    Fault,
    Mark,
    is_phrasing,
    own,
    read_mark,
    rows,
    said_now,
)
from campaigns.writing.exchange.tables import Table
from campaigns.writing.exchange.xlsx import (
    ENGLISH,
    FIELD,
    ITEM,
    MARK,
    SAID,
    Layout,
    begin,
    columns_wrong,
    fill,
    without_broken,
)
from campaigns.writing.text_fields import BACK, PHRASING, family
from campaigns.writing.translating import Standing, standings
from campaigns.writing.workbench import Workbench
from people.languages import Language
from people.models import Staff

BACK_SAID, GOOD, CHANGE, COMMENT = "back into English", "good", "change to", "comment"
COLUMNS = (ITEM, FIELD, ENGLISH, SAID, BACK_SAID, GOOD, CHANGE, COMMENT, MARK)
WIDTHS = (13, 11, 45, 45, 35, 7, 45, 30, 2)
LAYOUT = Layout(COLUMNS, WIDTHS, (GOOD, CHANGE, COMMENT), fixed=2)
NEEDED = (ITEM, FIELD, GOOD, CHANGE, COMMENT, MARK)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row that a reviewer filled in."""

    came: Came  # `said` is what to change to
    good: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a text that is not changed: it is good as a whole, or something was said about it."""

    item: str
    text: int
    good: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A reviewer's sheet as it would be brought in."""

    preview: Preview
    verdicts: tuple[Verdict, ...] = ()


def rules(language: Language) -> list[str]:
    """What a reviewer must know."""
    return [
        _("Machine drafts in {language}: they need native review.").format(
            language=f"{language.autonym} ({language.code})"
        ),
        _("Read each text as somebody on the road would. Is it right, natural, short, and kind?"),
        _("Write x into “good” where nothing needs to change."),
        _("Else write into “change to” how it should read. Keep words in braces such as {hotline} exactly."),
        _("“comment” is for whatever else the translators should know."),
        _("Never type a phone number or a figure."),
        _("Sheet “Ways of asking”: what people might type. Strange spelling is welcome; strange meaning is not."),
        _("Leave a row empty when you have not read it."),
    ]  # fmt: skip


def write(there: Iterable[Standing], language: Language) -> bytes:
    """The workbook for one language: every text that is there, texts and ways of asking apart."""
    written = [row for row in there if row.text is not None]
    back = {row.item.code: row.text.back for row in written if row.text}
    out = [row for row in rows(written, everything=True) if row.said and row.field != BACK]
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, **PLAIN_TEXT}) as book:
        for sheet, phrasings in zip(begin(book, rules(language)), (False, True), strict=True):
            lines = [
                (row.item, row.field, row.english, row.said, back[row.item] if row.field == "body" else "", "", "", "", str(row.mark))
                for row in out if is_phrasing(row) == phrasings
            ]  # fmt: skip
            fill(book, sheet, LAYOUT, lines, language)
    return packed.getvalue()


def is_review(found: Iterable[Table]) -> bool:
    return any(GOOD in table.columns for table in found)


def read(
    found: Iterable[Table], faults: Sequence[Fault], language: str
) -> tuple[list[Judged], list[Fault]]:
    """What the reviewer wrote, and what is wrong with columns and cells, as `xlsx.read`."""
    judged: list[Judged] = []
    wrong = list(faults)
    for table in found:
        columns = columns_wrong(table, (*NEEDED, SAID), COLUMNS, language)
        wrong += columns
        if not columns:
            judged += [_judged(table.sheet, line.number, line.cells) for line in table.lines]
    sound, placed = without_broken([one.came for one in judged], wrong)
    kept = {(row.sheet, row.number) for row in sound}
    return [one for one in judged if (one.came.sheet, one.came.number) in kept], placed


def _judged(sheet: str, number: int, cells: Mapping[str, str]) -> Judged:
    came = Came(
        sheet,
        number,
        cells[ITEM].strip(),
        cells[FIELD].strip(),
        cells[CHANGE].strip(),
        read_mark(cells[MARK]),
    )
    return Judged(came, bool(cells[GOOD].strip()), cells[COMMENT].strip())


def preview(
    read_rows: tuple[Sequence[Judged], Sequence[Fault]],
    there: Sequence[Standing],
    bench: Workbench,
    language: str,
) -> Reading:
    """What the answers would do: new drafts where something is to change, a verdict where nothing is."""
    judged, wrong = read_rows
    compared = changes.compare(
        [one.came for one in judged if one.came.said], there, bench, language
    )
    lost = changes.misplaced([one.came for one in judged], there)
    made = changes.refused(compared, [*wrong, *lost, *compared.faults])
    if made.faults:
        return Reading(made)
    changed = {change.item for change in made.changes}
    return Reading(made, tuple(_verdicts(judged, there, changed)))


def _verdicts(
    judged: Sequence[Judged], there: Sequence[Standing], changed: set[str]
) -> list[Verdict]:
    found = []
    by_code = {row.item.code: row for row in there}
    rows_of: dict[str, list[Judged]] = {}
    for one in judged:
        rows_of.setdefault(one.came.item, []).append(one)
    for code, own_rows in rows_of.items():
        text = by_code[code].text
        comment = " / ".join(one.comment for one in own_rows if one.comment)
        good = _good(own_rows, by_code[code]) and code not in changed
        if text is not None and (good or comment):
            found.append(Verdict(code, text.pk, good, comment))
    return found


def _good(judged: Sequence[Judged], standing: Standing) -> bool:
    """Every row of the text itself was found good, and the text is still the one that was read."""
    now = said_now(standing)
    texts = [one for one in judged if family(one.came.field) != PHRASING]
    return bool(texts) and all(
        one.good
        and one.came.mark
        and one.came.mark == _fresh(standing, now.get(one.came.field, ""))
        for one in texts
    )


def _fresh(standing: Standing, said: str) -> Mark:
    return Mark(standing.english.digest, own(said))


def bring_in(
    reading: tuple[Sequence[Change], Sequence[Verdict]],
    reader: str,
    language: str,
    *,
    bench: Workbench,
    by: Staff,
    at: datetime,
) -> tuple[int, int]:
    """Write the new drafts and the verdicts, all or none: how many texts changed, how many are reviewed.

    Raises Refused.
    """
    made, verdicts = reading
    with transaction.atomic():
        newest = {row.item.code: row for row in standings(language, by.countries)}
        _hold(verdicts, newest, language)
        written = changes.bring_in(made, language, bench=bench, by=by, at=at)
        changed = {change.item for change in made}
        reviewed = sum(_note(one, reader, changed=one.item in changed) for one in verdicts)
    return written, reviewed


def _hold(verdicts: Iterable[Verdict], newest: Mapping[str, Standing], language: str) -> None:
    said = gettext_noop("it was changed while you looked at the preview; bring the sheet in again.")
    moved = [
        one
        for one in verdicts
        if (row := newest.get(one.item)) is None or row.text is None or row.text.pk != one.text
    ]
    if moved:
        raise Refused(Problem(said, About.TEXT, one.item, language) for one in moved)


def _note(verdict: Verdict, reader: str, *, changed: bool) -> bool:
    """Keep what was found; a comment on a text that changed goes to the new draft. Whether it is reviewed."""
    text = Text.objects.select_related("item").get(pk=verdict.text)
    if changed:
        text = Text.objects.filter(item=text.item, language=text.language).latest("id")
    if verdict.comment:
        text.remark = f"{reader}: {verdict.comment}"[:500]
    if verdict.good:
        text.reviewer = reader
        text.status = Status.REVIEWED if text.status == Status.DRAFT else text.status
    text.save(update_fields=["remark", "reviewer", "status"])
    return verdict.good
