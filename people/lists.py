"""Lists of people as spreadsheets save them: found encoding, found delimiter, named columns, honest refusals.

Nothing is evaluated: a cell that looks like a formula is text. A file that cannot be read whole is refused
before anything of it is used, with one sentence that says what to do.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from django.utils import timezone
from django.utils.translation import gettext_noop

from people import ages, districts, identity, languages, phones, tags
from people.models import AgeBand, Sex
from understanding.normalise import folded

PORTION = 1 << 20  # bytes looked at together
HEADERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "phone": ("phone", "phone number", "phonenumber", "phone no", "mobile", "mobile number", "mobile phone", "msisdn",
                  "tel", "telephone", "telephone number", "number", "cell", "cellphone", "contact number", "simu", "namba ya simu",
                  "nambari ya simu", "téléphone", "numéro", "numéro de téléphone", "portable", "ስልክ", "ስልክ ቁጥር", "ቁጽሪ ስልኪ", "lakkoofsa bilbilaa",
                  "bilbila", "telefoon", "taleefan", "lambarka", "هاتف", "رقم الهاتف", "رقم", "essimu"),
        "language": ("language", "lang", "lugha", "langue", "ቋንቋ", "afaan", "luqad", "لغة", "اللغة"),
        "sex": ("sex", "gender", "jinsia", "sexe", "genre", "ፆታ", "ጾታ", "saala", "jinsi", "jinsiga", "الجنس"),
        "age_band": ("age band", "age", "age group", "ageband", "agegroup", "umri", "âge", "tranche d'âge", "ዕድሜ", "umrii", "da'da", "العمر"),
        "district": ("district", "county", "woreda", "region", "location", "wilaya", "kaunti", "ወረዳ", "aanaa", "degmo", "degmada", "المنطقة"),
        "tags": ("tags", "tag", "labels", "groups", "group"),
    }
)  # fmt: skip
SEXES: Mapping[str, Sex] = MappingProxyType(
    {"f": Sex.FEMALE, "w": Sex.FEMALE, "woman": Sex.FEMALE, "girl": Sex.FEMALE, "mwanamke": Sex.FEMALE, "ke": Sex.FEMALE, "femme": Sex.FEMALE,
     "m": Sex.MALE, "man": Sex.MALE, "boy": Sex.MALE, "mwanaume": Sex.MALE, "me": Sex.MALE, "homme": Sex.MALE, "h": Sex.MALE,
     **{sex.value: sex for sex in Sex}, "prefer not to say": Sex.UNDISCLOSED, "x": Sex.OTHER}
)  # fmt: skip
BANDS = (
    (18, 24, AgeBand.YOUNG),
    (25, 34, AgeBand.ADULT),
    (35, 49, AgeBand.MIDDLE),
    (50, 150, AgeBand.OLDER),
)
MINOR = re.compile(
    r"(?:under|below|less than|<|u)\s*-?\s*18|minor|child|mtoto|enfant", re.IGNORECASE
)
YOUNG = re.compile(
    r"minor|child|teen|mtoto|watoto|mineur|enfant|طفل|أطفال|قاصر|(?:under|below|less|moins|chini|[<≤]|\bu\W*)\D*\d"
)
AMOUNT = re.compile(r"\d+(?:[.,]\d+)?")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")  # of birth, which nobody should ask for (S8)
RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|—|to|/)\s*(\d{1,3})")
OPEN = re.compile(r"(?:over|above|>|>=|≥)?\s*(\d{1,3})\s*(?:\+|and over|and above|plus)?")
AS_TEXT = re.compile(
    r'^(?:="(.*)"|\'(.*))$', re.DOTALL
)  # how people keep a leading zero in a spreadsheet
SPLIT_TAGS = re.compile(r"[;,|]")
MOST_DISTRICT = 80  # letters of a district that is none of the list
PHONE, LANGUAGE, SEX, AGE, DISTRICT, TAGS = HEADERS


class BadList(Exception):  # noqa: N818 - named for what it is
    """The list or its grounds cannot be used; `said` says what to do, to be translated where it is read.

    `values` fill its named places. Never carries a cell.
    """

    def __init__(self, said: str, **values: str | int) -> None:
        super().__init__(said % values if values else said)
        self.said, self.values = said, values


@dataclass(frozen=True, slots=True)
class Shape:
    """How the file is written."""

    encoding: str
    delimiter: str
    columns: Mapping[str, int]  # our name -> place in the row
    skip: int  # lines before the first row
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row that may be taken; texts as they go into the table."""

    line: int
    address: str = field(repr=False)
    number: str = field(repr=False)
    country: str
    language: str
    sex: str
    age_band: str
    district: str
    tags: tuple[str, ...]
    fixed_line: bool
    unlisted: bool = False  # the district is none of its country's list


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that may not be taken, and why: a word of people.reasons. `address`: of who is under 18."""

    line: int
    reason: str
    address: str = field(default="", repr=False)


def examine(path: Path) -> Shape:
    """Encoding, delimiter and columns of the whole file. Raises BadList before anything is written."""
    with path.open("rb") as stream:
        start = stream.read(PORTION)
    if not start.strip():
        raise BadList(gettext_noop("The file is empty."))
    encoding = _encoding(start)
    first, lines = _check_bytes(path, encoding)
    shape = _shape(first, encoding, lines)
    for _line, _cells in _cells_of(path, shape):
        pass  # a quote that never ends must show before the first row is taken, not after a million
    return shape


def _encoding(start: bytes) -> str:
    """UTF-8 with or without mark, or the UTF-16 that spreadsheets save as "Unicode text"."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if start[:1] == b"\0" else "utf-8-sig"


def _check_bytes(path: Path, encoding: str) -> tuple[list[str], int]:
    """Read everything once. The first lines and how many there are; BadList names the line of a bad byte."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, head = 1, ""
    with path.open("rb") as stream:
        while True:
            portion = stream.read(PORTION)
            try:
                text = decoder.decode(portion, final=not portion)
            except UnicodeDecodeError as error:
                lines += portion[: error.start].count(b"\n")
                raise BadList(
                    gettext_noop(
                        "Line %(line)s holds bytes that are not %(encoding)s. "
                        "Save the list as CSV UTF-8 and import it again."
                    ),
                    line=lines,
                    encoding=encoding.removesuffix("-sig").upper(),
                ) from None
            if "\0" in text:
                raise BadList(
                    gettext_noop("The file holds zero bytes: it is no list saved as text.")
                )
            head, lines = head or text, lines + text.count("\n")
            if not portion:
                return head.splitlines()[:2], lines


def _shape(first: Sequence[str], encoding: str, lines: int) -> Shape:
    """Columns by the names in the first line; a line `sep=;` before it is a spreadsheet's hint."""
    skip = int(first[0].lower().startswith("sep="))
    header = first[skip] if len(first) > skip else ""
    delimiter = max(",;\t|", key=header.count)
    cells = next(csv.reader([header], delimiter=delimiter), [])
    columns = {ours: place for ours in HEADERS if (place := _place(cells, ours)) is not None}
    if PHONE not in columns:
        raise BadList(
            gettext_noop(
                'The first line must name the columns, and one of them must be "phone". '
                "Known too: language, sex, age_band, district, tags."
            )
        )
    return Shape(encoding, delimiter, columns, skip + 1, lines)


def _place(cells: Sequence[str], ours: str) -> int | None:
    names = [" ".join(re.sub(r"[_\W]+", " ", cell.casefold()).split()) for cell in cells]
    wanted = [" ".join(re.sub(r"[_\W]+", " ", name).split()) for name in HEADERS[ours]]
    return next((names.index(name) for name in wanted if name in names), None)


def _cells_of(path: Path, shape: Shape) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row below the names that is not blank. Raises BadList."""
    with path.open(encoding=shape.encoding, newline="") as text:
        reader = csv.reader(text, delimiter=shape.delimiter, strict=True)
        try:
            for cells in reader:
                if reader.line_num > shape.skip and any(cells):
                    yield reader.line_num, cells
        except csv.Error:
            raise BadList(
                gettext_noop("Line %(line)s cannot be read: look for a quote that is not closed."),
                line=reader.line_num,
            ) from None


@dataclass(slots=True)
class Reader:
    """The rows of one file."""

    path: Path
    shape: Shape
    country: str
    allowed: frozenset[str]  # countries whose numbers are taken
    called: Mapping[str, str]  # what people call the languages (languages.names)
    spelled: Mapping[str, Mapping[str, str]]  # the districts of each country (districts.spellings)
    tagged: Mapping[str, frozenset[str]]  # the tags of each country (tags.offered)

    def rows(self) -> Iterator[Candidate | Refused]:
        """Every row that is not blank, in order. Raises BadList."""
        for line, cells in _cells_of(self.path, self.shape):
            yield self._row(line, cells)

    def _row(self, line: int, cells: Sequence[str]) -> Candidate | Refused:
        cell = {ours: cells[at] for ours, at in self.shape.columns.items() if at < len(cells)}
        try:
            phone = phones.examine(_as_text(cell.get(PHONE, "")), self.country)
        except phones.InvalidPhone as error:
            return Refused(line, error.reason.value)
        country = phones.country_of(phone.number)
        band = age_band(cell.get(AGE, ""))
        if country not in self.allowed:
            return Refused(line, "other-country")
        if band is AgeBand.UNDER_18:
            return Refused(line, "under-18", f"tel:{phone.number}")
        marks = _tags(cell.get(TAGS, ""))
        if not self.tagged.get(country, frozenset()).issuperset(marks):
            return Refused(line, "unknown-tag")
        written = " ".join(cell.get(DISTRICT, "").split())[:MOST_DISTRICT]
        listed = self.spelled.get(country, {}).get(districts.folded(written))
        return Candidate(
            line,
            f"tel:{phone.number}",
            identity.seal(phone.number, identity.NUMBER),
            country,
            languages.find(cell.get(LANGUAGE, ""), self.called),
            SEXES.get(cell.get(SEX, "").strip().casefold(), Sex.UNKNOWN).value,
            band.value,
            listed or written,
            marks,
            phone.kind == "fixed",
            unlisted=bool(written) and listed is None,
        )


def _as_text(cell: str) -> str:
    """The content of `="0712"` and `'0712`, two ways of telling a spreadsheet that this is text."""
    wrapped = AS_TEXT.match(cell.strip())
    return (wrapped[1] or wrapped[2] or "") if wrapped else cell


def age_band(cell: str) -> AgeBand:
    """Our band for an age, a band or words. Whoever may be under 18 counts as under 18 (S8)."""
    text = folded(cell).strip()  # digits of every script are read
    if text in AgeBand.values:
        return AgeBand(text)
    if MINOR.fullmatch(text) or "child" in text or ages.child(text) or ages.minor(text):
        return AgeBand.UNDER_18
    if limits := RANGE.fullmatch(text):
        return _band(int(limits[1]), int(limits[2]))
    if limits := OPEN.fullmatch(text):
        return _band(int(limits[1]), int(limits[1]))
    return AgeBand.UNDER_18 if _may_be_minor(text) else AgeBand.UNKNOWN


def _may_be_minor(text: str) -> bool:
    """Of an age written in a way of its own ("16 years", "17.0", "under 16", a day of birth): the safe reading."""
    if years := YEAR.findall(text):
        return timezone.localdate().year - int(max(years)) <= BANDS[0][0]
    ages = (float(amount.replace(",", ".")) for amount in AMOUNT.findall(text))
    return bool(YOUNG.search(text)) or any(age < BANDS[0][0] for age in ages)


def _band(lowest: int, highest: int) -> AgeBand:
    if lowest < BANDS[0][0]:
        return AgeBand.UNDER_18
    fitting = (band for low, high, band in BANDS if low <= lowest and highest <= high)
    return next(fitting, AgeBand.UNKNOWN)


def _tags(cell: str) -> tuple[str, ...]:
    found = map(tags.folded, SPLIT_TAGS.split(cell))
    return tuple(dict.fromkeys(tag for tag in found if tag))
