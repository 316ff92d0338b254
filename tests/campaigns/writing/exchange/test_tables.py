"""Files that are no sheet, locked, damaged or dangerous: told, and never opened further than needed."""

import re
import zipfile
from io import BytesIO

import pytest

from campaigns.writing.exchange import tables
from tests.campaigns.writing.exchange.desk import Book, sentences, told

NEITHER = "the file is neither .xlsx nor .po."
LOCKED = "the file is locked by a password; save it without."


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", NEITHER),
        (b"item;field\n", NEITHER),
        (b"/etc/hostname", NEITHER),
        (b"\xff\xfe\x00", "the file is not UTF-8; save it as UTF-8."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", LOCKED),
        (b"PK\x03\x04 broken", "the file is damaged; download and save it again."),
    ],
)
def test_file_that_is_no_sheet_is_told(desk, raw, sentence):
    assert told(desk.look(raw)) == [(0, "", "", sentence)]


def test_broken_catalogue_is_told(desk):
    raw = desk.catalogue() + b"\nnonsense\n"

    assert [re.sub(r"\(.*", "", one) for one in sentences(desk.look(raw))] == [
        "the file cannot be read as a PO file: Syntax error in po file "
    ]


def packed(**members):
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return raw.getvalue()


def test_zip_that_is_no_workbook_is_told(desk):
    assert sentences(desk.look(packed(a_txt="a"))) == [
        "the file cannot be read as a workbook; save it as .xlsx again."
    ]


def test_bomb_is_not_unpacked(desk):
    raw = packed(a_xml=b"0" * (tables.MOST_UNPACKED + 1))

    assert len(raw) < 500_000
    assert sentences(desk.look(raw)) == ["the file is far too large when unpacked."]


DECLARED = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'


@pytest.mark.parametrize(
    "content", [DECLARED, DECLARED.encode("utf-16"), " " * 70_000 + DECLARED, ""]
)
def test_declarations_are_refused_however_they_hide(desk, content):
    raw = packed(a_xml=content)

    assert sentences(desk.look(raw)) == ["the file holds what no workbook holds."]


def test_locked_member_is_told(desk):
    raw = bytearray(packed(a_xml="<a/>"))
    at_flags = raw.rindex(b"PK\x01\x02") + 8
    raw[at_flags] |= 1

    assert sentences(desk.look(bytes(raw))) == [LOCKED]


def test_workbook_without_our_columns_is_told(desk):
    book = Book(desk.workbook())
    for name in book.book.sheetnames:
        book.book[name].delete_rows(1)

    assert sentences(desk.look(book.raw())) == [
        "no sheet has the columns item, field, translation, mark."
    ]
