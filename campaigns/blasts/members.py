"""Explicit audiences: the people of an import, or of a list of numbers that is read once and not kept.

A list adds nobody to our people: it chooses among those who are known and may be sent to. Erasure takes
somebody off every list (`campaigns.blasts.erasure`).
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from campaigns.models.blasts import Audience, AudienceMember
from people import consent, identity, importing, lists, workbooks
from people.lists import BadList, Candidate
from people.models import ImportRun

MOST_LINES = 20_000  # read while somebody waits, some two seconds; longer lists are imported
PORTION = 5_000  # numbers a statement
FROM_IMPORT = """
INSERT INTO campaigns_audiencemember (audience_id, token)
SELECT %s, p.token FROM people_person p WHERE p.basis_id = %s ON CONFLICT DO NOTHING
"""
FROM_TOKENS = """
INSERT INTO campaigns_audiencemember (audience_id, token)
SELECT %s, p.token FROM people_person p
WHERE p.token = ANY(%s) AND p.country = ANY(%s) AND ({refusal}) = '' ON CONFLICT DO NOTHING
"""
COPY = """
INSERT INTO campaigns_audiencemember (audience_id, token)
SELECT %s, m.token FROM campaigns_audiencemember m WHERE m.audience_id = %s ON CONFLICT DO NOTHING
"""


def take_import(audience: Audience, run: ImportRun) -> int:
    """Put those on the audience's list whom an import added; who was known before came by another one."""
    return _put(FROM_IMPORT, [audience.pk, run.consent_id])


def take_list(audience: Audience, other: Audience) -> int:
    """Put the people of another audience's list on this one's."""
    return _put(COPY, [audience.pk, other.pk])


def take_numbers(audience: Audience, addresses: Iterable[str]) -> int:
    """Put those on it who are known, of its countries, and may be sent to; how many."""
    rest, joined = iter(addresses), 0
    statement = FROM_TOKENS.format(refusal=consent.refusal("p"))
    while part := list(islice(rest, PORTION)):
        identity.follow(part)  # who is still under the keys of before
        tokens = [identity.token(address) for address in part]
        joined += _put(statement, [audience.pk, tokens, audience.countries])
    return joined


def clear(audience: Audience) -> None:
    """Take everybody off its list."""
    AudienceMember.objects.filter(audience=audience).delete()


def _put(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def read(portions: Iterable[bytes], country: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """The addresses of a list as an import takes it; `country` is that of numbers without a prefix.

    No other column is looked at: the list says nothing new about anybody. Rows that hold no number of the `allowed` countries are passed over. Raises BadList.
    """
    with _draft(portions) as path:
        shape = lists.examine(path)
        _bound(shape.lines)
        only = replace(shape, columns={lists.PHONE: shape.columns[lists.PHONE]})
        reader = lists.Reader(path, only, country, frozenset(allowed), {}, {}, {})
        return tuple(dict.fromkeys(_addresses(reader)))


def _bound(lines: int) -> None:
    if lines > MOST_LINES:
        raise BadList(
            gettext_noop(
                "A list may have %(most)s lines here. Import it, then choose the people of that import."
            ),
            most=MOST_LINES,
        )


def _addresses(reader: lists.Reader) -> Iterator[str]:
    return (row.address for row in reader.rows() if isinstance(row, Candidate))


@contextmanager
def _draft(portions: Iterable[bytes]) -> Iterator[Path]:
    """The list as a file of text among those of imports, gone afterwards; of a killed process too, soon."""
    name = secrets.token_hex(8)
    draft, text = (importing.folder() / f"{name}{end}.part" for end in ("", "-text"))
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as stream:
            stream.writelines(portions)
        if workbooks.is_one(draft):
            _bound(workbooks.check(draft))
            workbooks.unpack(draft, text)
        yield text if text.exists() else draft
    finally:
        draft.unlink(missing_ok=True)
        text.unlink(missing_ok=True)
