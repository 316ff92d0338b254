"""Packs of other deployments: counted again, shown beside ours, added up only under their true name."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import transaction

from analytics import container, foreign, frozen, ledger, packs
from analytics.ledger import Exposure
from analytics.models import Deployment, ForeignPack
from analytics.periods import Period
from tests.analytics import books
from tests.analytics.books import LATER, MARCH, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def elsewhere(facts: list[Exposure], to: Path, period: Period = QUARTER) -> Path:
    """The pack that another deployment makes of these facts; everything else of it is gone again."""
    with transaction.atomic():
        Deployment.objects.all().delete()
        ledger.record(facts)
        closed = books.close(period)
        path = Path(shutil.copy(packs.place(closed.digest), to / f"of-{closed.countries[0]}.zip"))
        transaction.set_rollback(True)
    return path


def retold(path: Path, changes: Mapping[str, object]) -> Path:
    """The pack as somebody makes it anew who lets its manifest say something else."""
    with ZipFile(path) as zipped:
        told = json.loads(zipped.read(container.MANIFEST))
        writer = container.Writer(path.with_name("retold.zip"))
        for name in packs.FILES:
            with writer.member(name) as sink:
                sink.write(zipped.read(name))
    writer.seal(frozen.canonical(told | changes | {"files": writer.files()}).encode())
    return path.with_name("retold.zip")


def brought(path: Path) -> ForeignPack:
    """Uploaded and judged."""
    row = foreign.accept([path.read_bytes()], name=path.name, by="amina", at=LATER)
    foreign.work_off()
    row.refresh_from_db()
    return row


def test_pack_that_holds_stands_beside_ours(tmp_path):
    theirs = elsewhere([exposure(n, country="UG") for n in range(3)], tmp_path)
    ledger.record([exposure(1), exposure(8)])
    ours = books.close()

    row = brought(theirs)

    (one,) = foreign.comparisons()
    told = [(it.name, it.countries, it.numbers.reached.unique) for it in one.deployments]
    assert (row.state, row.faults, row.countries) == ("held", [], ["UG"])
    assert told == [("", ("KE",), 2), ("of-UG.zip", ("UG",), 3)]
    assert (one.indicator, one.period, one.unique_sum) == ("3.3", QUARTER, 5)
    assert one.deployments[0].digest == ours.digest


def test_pack_stands_alone_where_we_closed_nothing(tmp_path):
    row = brought(elsewhere([exposure(1, country="UG")], tmp_path))

    (one,) = foreign.comparisons()
    assert (row.state, len(one.deployments), one.unique_sum) == ("held", 1, 1)


def test_own_pack_is_refused():
    ledger.record([exposure(1)])
    closed = books.close()

    row = brought(packs.place(closed.digest))

    assert (row.state, row.faults) == ("refused", [foreign.OWN])
    assert foreign.comparisons() == []


def test_countries_that_are_counted_here_are_refused(tmp_path):
    theirs = elsewhere([exposure(1), exposure(2, country="UG")], tmp_path)
    ledger.record([exposure(1)])
    books.close()

    row = brought(theirs)

    assert row.faults == ["It counts countries that are counted already in this period: KE."]


def test_country_that_is_closed_here_afterwards_is_named_and_nothing_is_summed(tmp_path):
    theirs = elsewhere([exposure(1), exposure(2, country="UG")], tmp_path)
    ledger.record([exposure(1)])
    row = brought(theirs)

    books.close()

    (one,) = foreign.comparisons()
    assert (row.state, len(one.deployments), one.shared) == ("held", 2, ("KE",))


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment": "ours"},
        {"deployment": 5},
        {"indicator": ""},
        {"indicator": "3.3\0"},
        {"rule": "3.3/x"},
        {"rule": "3.3/99999"},
        {"rule": "2.7/1"},
        {"about": "nothing"},
        {"period": {"code": "2025-Q2", "starts": "2025-01-01", "ends": "2025-04-01"}},
        {"countries": []},
        {"countries": ["DJ"]},
        {"countries": ["UG", "\0"]},
    ],
    ids=str,
)
def test_pack_that_lies_about_itself_is_refused_and_holds_up_no_other(tmp_path, changes):
    theirs = elsewhere([exposure(1, country="UG")], tmp_path)

    lie, honest = brought(retold(theirs, changes)), brought(theirs)

    assert (lie.state, len(lie.faults), lie.deployment) == ("refused", 1, None)
    assert (honest.state, honest.faults) == ("held", [])


def test_second_pack_of_the_same_countries_is_refused(tmp_path):
    theirs = elsewhere([exposure(1, country="UG")], tmp_path)

    first, second = brought(theirs), brought(theirs)

    assert (first.state, second.state) == ("held", "refused")
    assert second.faults == ["It counts countries that are counted already in this period: UG."]


def test_same_countries_in_another_period_are_welcome(tmp_path):
    quarter = elsewhere([exposure(1, country="UG")], tmp_path)
    first = brought(quarter)
    month = elsewhere([exposure(1, country="UG")], tmp_path, MARCH)

    assert (first.state, brought(month).state) == ("held", "held")
    assert [one.period for one in foreign.comparisons()] == [QUARTER, MARCH]


def test_altered_pack_is_refused_and_nothing_of_it_is_kept(tmp_path):
    theirs = elsewhere([exposure(1, country="UG")], tmp_path)
    whole = bytearray(theirs.read_bytes())
    whole[60] ^= 1
    theirs.write_bytes(whole)

    row = brought(theirs)

    assert (row.state, row.tables, row.deployment) == ("refused", "", None)
    assert row.faults[0].startswith("earlier.csv: ")


def test_file_goes_once_it_is_judged(tmp_path):
    brought(elsewhere([exposure(1, country="UG")], tmp_path))

    assert list((packs.folder() / "brought").iterdir()) == []


def test_file_that_is_gone_is_told():
    row = foreign.accept([b"x"], name="lost.zip", by="amina", at=LATER)
    (packs.folder() / "brought" / f"{row.pk}.zip").unlink()

    foreign.work_off()

    row.refresh_from_db()
    assert (row.state, row.faults) == ("refused", [foreign.GONE])


def test_too_large_a_file_is_not_kept(monkeypatch):
    monkeypatch.setattr(foreign, "MOST", 3)

    with pytest.raises(foreign.NotTaken, match="gigabyte"):
        foreign.accept([b"ab", b"cd"], name="large.zip", by="amina", at=LATER)

    assert list((packs.folder() / "brought").iterdir()) == []
    assert ForeignPack.objects.count() == 0
