"""A pseudo-language for the pages, `en-xa`: every word accented, in brackets and half as long again.

Whoever makes pages sees at once what was forgotten (words without accents are not marked for translation)
and what breaks where words are long. Only with NJIA_PSEUDO=1 under `make up`; nothing of it is published.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polib

CODE, LOCALE = "en-xa", "en_XA"
NAME = "[Þšéûðö]"
KEPT = re.compile(
    r"%(?:\([^)]*\))?[#0\- +]?\d*(?:\.\d+)?[sdifgxr%]|\{[^{}]*\}|<[^<>]*>|&[#\w]+;|\s"
)
ACCENTS = str.maketrans(
    "AEIOUYaeiouyCDGHJKLNRSTWZcdghjklnrstwz", "ÅÉÎÖÛÝåéîöûýÇÐĜĤĴĶĻÑŔŠŢŴŽçðĝĥĵķļñŕšţŵž"
)
LONGER = 3  # one more letter for each so many, as German or Somali need against English


def mangle(text: str) -> str:
    """The text in the pseudo-language; placeholders, tags and blanks at its ends stay as they are."""
    body = text.strip()
    if not body:
        return text
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    longer = "·" * max(1, len(KEPT.sub("", body)) // LONGER)
    return f"{head}[{''.join(_accented(body))} {longer}]{tail}"


def _accented(text: str) -> Iterator[str]:
    end = 0
    for kept in KEPT.finditer(text):
        yield text[end : kept.start()].translate(ACCENTS)
        yield kept[0]
        end = kept.end()
    yield text[end:].translate(ACCENTS)


def write(source: Path, folder: Path) -> None:
    """`folder`/en_XA/LC_MESSAGES/django.mo with every message that the catalogue `source` knows."""
    made = polib.POFile()
    made.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in polib.pofile(str(source)):
        if not entry.obsolete:
            made.append(_entry(entry))
    target = folder / LOCALE / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    made.save_as_mofile(str(target))


def _entry(entry: polib.POEntry) -> polib.POEntry:
    if entry.msgid_plural:
        forms = {0: mangle(entry.msgid), 1: mangle(entry.msgid_plural)}
        return polib.POEntry(
            msgid=entry.msgid,
            msgid_plural=entry.msgid_plural,
            msgctxt=entry.msgctxt,
            msgstr_plural=forms,
        )
    return polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, msgstr=mangle(entry.msgid))
