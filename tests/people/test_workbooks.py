"""A workbook becomes the list that its reader sees, and a hostile one is refused in time."""

import zipfile
from datetime import date, datetime

import pytest

from people import workbooks
from people.lists import BadList
from tests.people.made import workbook


def text(book):
    into = book.with_suffix(".csv")
    workbooks.unpack(book, into)
    assert into.stat().st_mode & 0o077 == 0
    return into.read_text("utf-8").splitlines()


def test_a_workbook_is_told_from_a_list(tmp_path):
    plain = tmp_path / "list.csv"
    plain.write_bytes(b"phone\n")

    assert workbooks.is_one(workbook(tmp_path, [["phone"]]))
    assert not workbooks.is_one(plain)


def test_cells_are_read_as_they_are_seen(tmp_path):
    row = [
        "phone",
        711000001,
        2.54711000001e11,
        1.5,
        True,
        date(2026, 3, 2),
        None,
        "two\nlines",
        "a,b",
    ]

    assert text(workbook(tmp_path, [row])) == [
        'phone,711000001,254711000001,1.5,True,2026-03-02,,two lines,"a,b"'
    ]


def test_a_moment_is_its_day(tmp_path):
    moment = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - workbooks know no zones

    assert text(workbook(tmp_path, [["phone", moment]])) == ["phone,2026-03-02"]


def test_formulas_stay_text(tmp_path):
    assert text(workbook(tmp_path, [["phone"], ['=HYPERLINK("http://x.invalid")'], ["=1+1"]])) == [
        "phone",
        '"=HYPERLINK(""http://x.invalid"")"',
        "=1+1",
    ]


def test_rows_keep_their_numbers(tmp_path):
    rows = {0: ["phone"], 3: ["0711000001"]}

    lines = text(workbook(tmp_path, rows))

    assert (len(lines), lines[0], lines[3]) == (4, "phone", "0711000001")


def test_the_first_sheet_that_begins_with_something_is_read(tmp_path):
    assert text(workbook(tmp_path, {}, {4: ["note"]}, [["phone"], ["1"]])) == ["phone", "1"]


def test_a_workbook_without_anything_is_an_empty_list(tmp_path):
    assert [line for line in text(workbook(tmp_path, {})) if line.strip('"')] == []


def test_check_tells_about_how_many_rows(tmp_path):
    assert workbooks.check(workbook(tmp_path, [["phone"], ["1"], ["2"]])) == 3


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"PK\x03\x04" + b"\0" * 500])
def test_damaged_workbooks_are_refused(tmp_path, content):
    file = tmp_path / "list.xlsx"
    file.write_bytes(content)

    with pytest.raises(BadList, match="cannot be read"):
        workbooks.check(file)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    file = tmp_path / "list.xlsx"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("letter.txt", "hello")

    with pytest.raises(BadList, match="cannot be read"):
        workbooks.check(file)


def test_a_sheet_that_breaks_off_is_refused(tmp_path):
    good = workbook(tmp_path, [["phone"], ["0711000001"]])
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content[:-40] if "sheet1" in part else content)

    with pytest.raises(BadList, match="cannot be read"):
        text(broken)


def test_old_and_locked_workbooks_are_refused(tmp_path):
    file = tmp_path / "list.xls"
    file.write_bytes(b"\xd0\xcf\x11\xe0rest of a workbook")

    with pytest.raises(BadList, match="before 2007"):
        workbooks.is_one(file)


def test_a_workbook_that_would_fill_the_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 5_000)

    with pytest.raises(BadList, match="too large"):
        workbooks.check(workbook(tmp_path, [["phone"]]))
