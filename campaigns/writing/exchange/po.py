"""The translator's PO file: for whoever works with a catalogue editor or a translation memory."""

from collections.abc import Sequence

import polib
from django.utils.translation import gettext_noop

from campaigns.writing.exchange.rows import BadSheet, Came, Fault, Mark, Row, fault, read_mark
from campaigns.writing.exchange.tables import MOST_ROWS
from people.languages import Language

SIGN = "mark: "
FUZZY = "fuzzy"


def write(rows: Sequence[Row], language: Language) -> bytes:
    """msgctxt is item.field; what the English outgrew is fuzzy; the last comment is the row's mark."""
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Project-Id-Version": "Njia Salama",
        "Language": language.code,
        "Language-Team": language.name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    file.extend(_entry(row) for row in rows)
    return str(file).encode("utf-8", "replace")


def _entry(row: Row) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=row.name,
        msgid=row.english or f"[{row.name}]",  # an empty one would be the header
        msgstr=row.said,
        comment=f"{row.kind}; {row.note}".replace("\n", " ") + f"\n{SIGN}{row.mark}",
        flags=[FUZZY] if row.mark.stale and row.said else [],
    )


def read_file(raw: bytes, language: str) -> list[Came]:
    """The entries that came back; their number is the line in the file. Raises BadSheet."""
    file = _parsed(raw)
    faults = _header(file, language)
    entries = [entry for entry in file if not entry.obsolete]
    if len(entries) > MOST_ROWS:
        said = gettext_noop("the sheet has more than {most} rows; send it in parts.")
        faults.append(fault(said, most=f"{MOST_ROWS:,}"))
    if faults:
        raise BadSheet(faults)
    open_still = {_item(entry) for entry in entries if FUZZY in entry.flags}
    return [_came(entry, open_still) for entry in entries]


def _parsed(raw: bytes) -> polib.POFile:
    """polib takes a path too: only what begins like a catalogue is handed to it."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSheet([fault(gettext_noop("the file is not UTF-8; save it as UTF-8."))]) from error
    if "\n" not in text or "\x00" in text or 'msgid "' not in text:
        raise BadSheet([fault(gettext_noop("the file is neither .xlsx nor .po."))])
    try:
        return polib.pofile(text)
    except (OSError, ValueError, IndexError) as error:
        said = gettext_noop("the file cannot be read as a PO file: {error}.")
        raise BadSheet([fault(said, error=str(error)[:200])]) from error


def _header(file: polib.POFile, language: str) -> list[Fault]:
    named = file.metadata.get("Language", "")
    if named == language:
        return []
    said = gettext_noop("the sheet is of another language: {column} instead of {language}.")
    return [fault(said, column=named or "-", language=language)]


def _item(entry: polib.POEntry) -> str:
    return str(entry.msgctxt or "").rpartition(".")[0]


def _came(entry: polib.POEntry, open_still: set[str]) -> Came:
    """A stale text none of whose entries is fuzzy any more was looked at and is still right."""
    item, _dot, field = str(entry.msgctxt or "").rpartition(".")
    mark = _mark(entry)
    return Came(
        sheet="",
        number=entry.linenum or 0,
        item=item,
        field=field,
        said=entry.msgstr,
        mark=mark,
        still=bool(mark and mark.stale and entry.msgstr and item not in open_still),
    )


def _mark(entry: polib.POEntry) -> Mark | None:
    words = entry.comment.replace("\n", " ").partition(SIGN)[2].split()
    return read_mark(words[0]) if words else None
