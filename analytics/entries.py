"""Events and broadcasts, entered by hand: a line of their own beside what phones show, never in a unique total.

Nobody can tell whether the people of two events, or of an event and a blast, are the same ones. So their sums
are attendances. A broadcast reaches people indirectly, by an estimate whose method is said. Nothing is
deleted: a correction is a new row, the old one stays to be read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from analytics.attachments import Evidence
from analytics.definitions import COUNTRIES
from analytics.models import Entry, EntryKind, Indicator, Method
from analytics.periods import Period, day_of
from analytics.refusals import NotKept

BROADCASTS = (EntryKind.RADIO, EntryKind.TELEVISION)
GATHERINGS = (EntryKind.EVENT, EntryKind.MEETING)
ESTIMATES = (Method.SURVEY, Method.STATION, Method.COVERAGE)
HEADS = (Method.SHEET, Method.HEADS, Method.PHOTOGRAPH, Method.ORGANISER)
METHODS: Mapping[EntryKind, tuple[Method, ...]] = MappingProxyType(
    {**dict.fromkeys(GATHERINGS, HEADS), **dict.fromkeys(BROADCASTS, ESTIMATES)}
)
MOST = 100_000_000  # people of one entry: more than any country of the region listens
REASON = 5  # letters that a reason has at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of one event or broadcast. `people`: counted, or estimated by the method."""

    kind: EntryKind
    title: str
    on: date
    country: str
    district: str = ""
    indicators: tuple[str, ...]
    people: int
    indirect: bool
    method: Method
    explained: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Who enters it, when, and the file that shows it."""

    by: str
    at: datetime
    evidence: Evidence | None = None


# --- telling ---------------------------------------------------------------------------------------


def enter(told: Told, act: Act) -> Entry:
    """Keep a new entry. Raises NotKept."""
    check(told, act.at)
    return Entry.objects.create(**_columns(told), **_acted(act))


def correct(old: Entry, told: Told, act: Act, *, why: str) -> Entry:
    """Put a row in the place of `old`; without a file of its own it keeps the old one's. Raises NotKept."""
    check(told, act.at)
    return _replace(old, _columns(told), act, why)


def withdraw(old: Entry, act: Act, *, why: str) -> Entry:
    """Count it no more; it stays to be read. Raises NotKept."""
    same = {name: getattr(old, name) for name in Told.__dataclass_fields__}
    return _replace(old, same | {"withdrawn": True}, act, why)


def _replace(old: Entry, columns: Mapping[str, object], act: Act, why: str) -> Entry:
    if len(why.strip()) < REASON:
        raise NotKept(_("Say why it changes."))
    kept = {name: getattr(old, name) for name in ("evidence", "evidence_name", "evidence_size")}
    try:
        with transaction.atomic():
            return Entry.objects.create(
                **{**columns, **kept, **_acted(act)}, corrects=old.pk, why=why.strip()
            )
    except IntegrityError as error:
        raise NotKept(
            _("Somebody corrected this entry just now: look at the newest one.")
        ) from error


def check(told: Told, at: datetime) -> None:
    """Raises NotKept with everything that stands against it."""
    if faults := [*_faults_of_count(told), *_faults_of_place(told, day_of(at))]:
        raise NotKept(" ".join(faults))


def _faults_of_count(told: Told) -> Iterable[str]:
    if told.method not in METHODS[told.kind]:
        names = ", ".join(str(one.label) for one in METHODS[told.kind])
        yield _("Its people are told by one of these methods: %s.") % names
    if not 0 <= told.people <= MOST:
        yield _("People are a whole number, 100 million at most.")
    if told.kind in BROADCASTS and not told.indirect:
        yield _("A broadcast reaches people indirectly.")
    if told.kind in BROADCASTS and not told.explained.strip():
        yield _("Say how the audience was estimated: from which figures, of when.")


def _faults_of_place(told: Told, today: date) -> Iterable[str]:
    if not told.title.strip():
        yield _("Say what it was.")
    if told.on > today:
        yield _("Its day lies ahead: enter it when it is over.")
    if told.country not in COUNTRIES:
        yield _("Choose a country of the programme.")
    known = {one.code: one for one in Indicator.objects.all()}
    if not told.indicators or set(told.indicators) - set(known):
        yield _("Choose at least one indicator.")
    elif told.kind in BROADCASTS and any(not known[one].counted for one in told.indicators):
        yield _("A broadcast is no event: it does not count for an indicator of events.")


def _columns(told: Told) -> dict[str, object]:
    columns = {name: getattr(told, name) for name in Told.__dataclass_fields__}
    return columns | {
        "title": told.title.strip(),
        "indicators": sorted(set(told.indicators)),
        "explained": told.explained.strip(),
    }


def _acted(act: Act) -> dict[str, object]:
    who: dict[str, object] = {"entered_by": act.by, "entered_at": act.at}
    if act.evidence is None:
        return who
    return who | {
        "evidence": act.evidence.digest,
        "evidence_name": act.evidence.name,
        "evidence_size": act.evidence.size,
    }


# --- reading ---------------------------------------------------------------------------------------


def of(countries: Sequence[str]) -> QuerySet[Entry]:
    """Every row of these countries, replaced and withdrawn ones too."""
    return Entry.objects.filter(country__in=countries)


def standing(countries: Sequence[str] | None = None) -> QuerySet[Entry]:
    """The newest row of each entry, without withdrawn ones; `countries` None: everywhere."""
    rows = Entry.objects.all() if countries is None else of(countries)
    replaced = Entry.objects.filter(corrects=OuterRef("pk"))
    return rows.filter(~Exists(replaced), withdrawn=False)


def past_of(entry: Entry) -> list[Entry]:
    """The entry as it was told before, newest first. A query for each correction."""
    found: list[Entry] = []
    while entry.corrects and (before := Entry.objects.filter(pk=entry.corrects).first()):
        found.append(before)
        entry = before
    return found


def next_of(entry: Entry) -> Entry | None:
    """The row that replaced it."""
    return Entry.objects.filter(corrects=entry.pk).first()


@dataclass(frozen=True, slots=True)
class Sums:
    """Entries of an indicator in a period: attendances, not unique people; never added to numbers."""

    events: int = 0
    broadcasts: int = 0
    direct: int = 0
    indirect: int = 0
    without_evidence: int = 0
    methods: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        return self.events + self.broadcasts


def told_until(day: date, countries: Sequence[str] | None = None) -> list[Entry]:
    """The standing rows before this day, read once for many sums."""
    return list(standing(countries).filter(on__lt=day))


def add_up(rows: Iterable[Entry], indicator: str, period: Period) -> Sums:
    """The sums of those of the rows that count for the indicator and lie in the period."""
    inside = [
        one for one in rows if indicator in one.indicators and period.starts <= one.on < period.ends
    ]
    return Sums(
        events=sum(one.kind in GATHERINGS for one in inside),
        broadcasts=sum(one.kind in BROADCASTS for one in inside),
        direct=sum(one.people for one in inside if not one.indirect),
        indirect=sum(one.people for one in inside if one.indirect),
        without_evidence=sum(not one.evidence for one in inside),
        methods=tuple(sorted({one.method for one in inside})),
    )
