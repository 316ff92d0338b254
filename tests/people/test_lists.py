"""Lists as spreadsheets save them: whatever encoding, delimiter and header, and each refusal with its line."""

import codecs

import pytest

from people import districts, languages, lists
from people.countries import CODES
from people.lists import BadList, Candidate, Refused, age_band
from people.models import AgeBand
from tests.people.made import write

ALL = frozenset(CODES)
TAGGED = {"KE": frozenset({"youth", "farmers"})}
CALLED = languages.names(languages.seeded().values())
SPELLED = {
    country: {districts.folded(one.name): one.name for one in own}
    for country, own in districts.seeded().items()
}


def read(path, country="KE", allowed=ALL):
    return list(
        lists.Reader(path, lists.examine(path), country, allowed, CALLED, SPELLED, TAGGED).rows()
    )


def test_rows_carry_what_the_columns_say(tmp_path):
    text = 'phone,language,sex,age_band,district,tags\n0711000001,Swahili,F,18-24,  Garissa  town ,"Youth; farmers;youth"\n'

    (row,) = read(write(tmp_path, text))

    assert isinstance(row, Candidate)
    assert (row.line, row.address, row.country, row.language, row.sex, row.age_band, row.district, row.tags) == (
        2, "tel:+254711000001", "KE", "sw", "female", "18-24", "Garissa town", ("youth", "farmers"))  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_of_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    text = f"Name{delimiter}Phone Number{delimiter}Lugha\nx{delimiter}0711000001{delimiter}አማርኛ\r\n"

    assert [
        (row.number_end, row.language) for row in map(Seen, read(write(tmp_path, text, encoding)))
    ] == [("0001", "am")]


class Seen:
    def __init__(self, row):
        self.number_end, self.language = row.address[-4:], row.language


@pytest.mark.parametrize(
    "name",
    [
        "phone",
        "PHONE",
        "Phone_Number",
        "mobile",
        "MSISDN",
        "Téléphone",
        "ስልክ",
        "رقم الهاتف",
        "Namba ya simu",
        " tel. ",
    ],
)
def test_phone_column_has_many_names(tmp_path, name):
    assert len(read(write(tmp_path, f"{name},x\n0711000001,\n"))) == 1


def test_a_spreadsheets_separator_line_is_a_hint(tmp_path):
    (row,) = read(write(tmp_path, "sep=;\nphone;sex\n0711000001;m\n"))

    assert (row.line, row.sex) == (3, "male")


def test_blank_lines_are_no_rows(tmp_path):
    assert len(read(write(tmp_path, "phone,sex\n\n0711000001,m\n,\n\n"))) == 1


def test_refusals_name_line_and_reason(tmp_path):
    text = 'phone,age\n0711000001,20\nMTN,\n,30\n0711000001/0722000001,\n0711000002,17\n+447911123456,\n"0711\n000003",15-24\n'

    assert [(row.line, row.reason) for row in read(write(tmp_path, text)) if isinstance(row, Refused)] == [
        (3, "letters"), (4, "empty"), (5, "several"), (6, "under-18"), (7, "other-country"), (9, "under-18")]  # fmt: skip


def test_numbers_of_other_countries_than_the_staffs_are_refused(tmp_path):
    rows = read(write(tmp_path, "phone\n0711000001\n+251911000001\n"), allowed=frozenset({"KE"}))

    assert [type(row).__name__ for row in rows] == ["Candidate", "Refused"]


@pytest.mark.parametrize(
    ("number", "written", "district", "unlisted"),
    [
        ("0711000001", "GARISSA", "Garissa", False),
        ("0711000001", " murang a ", "Murang'a", False),
        ("0711000001", "Taita/Taveta", "Taita Taveta", False),
        ("0711000001", "", "", False),
        ("0711000001", "Dadaab  camp", "Dadaab camp", True),
        ("0711000001", "Oromia", "Oromia", True),
        ("+251911000001", "oromia", "Oromia", False),
        ("+251911000001", "Garissa", "Garissa", True),
    ],
)
def test_district_is_spelled_as_in_the_list_of_its_numbers_country(
    tmp_path, number, written, district, unlisted
):
    (row,) = read(write(tmp_path, f"phone,district\n{number},{written}\n"))

    assert (row.district, row.unlisted) == (district, unlisted)


def test_formula_cells_are_text(tmp_path):
    (row,) = read(write(tmp_path, "phone,district\n0711000001,=1+1\n"))

    assert row.district == "=1+1"


@pytest.mark.parametrize("cell", ['"=""0711000001"""', '="0711000001"', "'0711000001"])
def test_phone_kept_as_text_by_a_spreadsheet_is_read(tmp_path, cell):
    (row,) = read(write(tmp_path, f"phone\n{cell}\n"))

    assert row.address == "tel:+254711000001"


def test_short_rows_lack_the_last_columns(tmp_path):
    (row,) = read(write(tmp_path, "phone,sex,district\n0711000001\n"))

    assert (row.sex, row.district) == ("unknown", "")


@pytest.mark.parametrize(("content", "says"), [
    (b"", "empty"),
    (b" \n\n", "empty"),
    (b"name,sex\nx,m\n", 'must be "phone"'),
    (b"0711000001\n0711000002\n", 'must be "phone"'),
    (b"phone\n0711000001\n0711\xff00002\n", "Line 3 holds bytes that are not UTF-8"),
    (b"phone,district\n0711000001,Gu\xe9r\xe9\n", "Line 2 holds bytes"),
    (codecs.BOM_UTF16_LE + "phone\n0711".encode("utf-16-le") + b"\x00", "UTF-16"),
    (b"phone\n0711\x00000001\n", "zero bytes"),
    (b'phone,district\n0711000001,"Garissa\n0711000002,\n', "quote"),
])  # fmt: skip
def test_examine_refuses_with_one_sentence(tmp_path, content, says):
    file = tmp_path / "list.csv"
    file.write_bytes(content)

    with pytest.raises(BadList, match=says):
        lists.examine(file)


def test_examine_finds_a_bad_byte_far_down(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(b"phone\n" + b"0711000001\n" * 200_000 + b"\xff\n")

    with pytest.raises(BadList, match="Line 200002 "):
        lists.examine(file)


@pytest.mark.parametrize(("cell", "band"), [
    ("18-24", AgeBand.YOUNG), ("25-34", AgeBand.ADULT), ("20", AgeBand.YOUNG), ("34", AgeBand.ADULT), ("50+", AgeBand.OLDER), ("over 60", AgeBand.OLDER),
    ("18 to 24", AgeBand.YOUNG), ("35–40", AgeBand.MIDDLE), ("20-40", AgeBand.UNKNOWN), ("17", AgeBand.UNDER_18), ("15-24", AgeBand.UNDER_18),
    ("under 18", AgeBand.UNDER_18), ("<18", AgeBand.UNDER_18), ("U18", AgeBand.UNDER_18), ("0-17", AgeBand.UNDER_18), ("Child", AgeBand.UNDER_18),
    ("", AgeBand.UNKNOWN), ("old", AgeBand.UNKNOWN), ("undisclosed", AgeBand.UNDISCLOSED), ("999", AgeBand.UNKNOWN),
    ("16 years", AgeBand.UNDER_18), ("17.0", AgeBand.UNDER_18), ("under 16", AgeBand.UNDER_18), ("<=17", AgeBand.UNDER_18), ("miaka 15", AgeBand.UNDER_18),
    ("15 - 17 ans", AgeBand.UNDER_18), ("١٦ سنة", AgeBand.UNDER_18), ("minors", AgeBand.UNDER_18), ("2999-03-01", AgeBand.UNDER_18),
    ("12/03/1990", AgeBand.UNKNOWN), ("25 years", AgeBand.UNKNOWN), ("25.0", AgeBand.UNKNOWN)])  # fmt: skip
def test_age_band_counts_whoever_may_be_a_child_as_one(cell, band):
    assert age_band(cell) == band


def test_badlist_fills_its_places_and_keeps_what_is_translated():
    bad = BadList("Line %(line)s is 100 %% odd.", line=7)

    assert (str(bad), bad.said, bad.values) == (
        "Line 7 is 100 % odd.",
        "Line %(line)s is 100 %% odd.",
        {"line": 7},
    )
    assert str(BadList("100 % odd")) == "100 % odd"


@pytest.mark.parametrize(
    ("phone", "cell", "expected"),
    [
        ("0711000001", "Youth ; FARMERS", ("youth", "farmers")),
        ("0711000001", "youth;victims", "unknown-tag"),
        ("+251911000001", "youth", "unknown-tag"),
        ("0711000001", '"=HYPERLINK(""http://x"")"', "unknown-tag"),
    ],
)
def test_row_with_a_tag_that_is_not_on_its_countrys_list_is_refused(
    tmp_path, phone, cell, expected
):
    (row,) = read(write(tmp_path, f"phone,tags\n{phone},{cell}\n"))

    assert (row.reason if isinstance(row, Refused) else row.tags) == expected
