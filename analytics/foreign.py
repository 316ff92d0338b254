"""Packs of other deployments: counted again here, then shown beside our own, never added to them unsaid.

Each country has its own deployment and its own keys, so that nobody can know who was met in two: a sum over
deployments counts them twice, and is only ever called "not de-duplicated between countries".
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics import auditing, closing, frozen, packs
from analytics.auditing import Audit
from analytics.counting import Numbers
from analytics.models import ClosedPeriod, ForeignPack
from analytics.periods import Period

State = ForeignPack.State
MOST = 1 << 30  # bytes of an uploaded pack
GONE = gettext_noop("The file is gone: bring it in again.")
OWN = gettext_noop("This pack was made here: it stands in the list already.")
OVERLAP = gettext_noop("It counts countries that are counted already in this period: {countries}.")
TWICE = gettext_noop("A pack of this deployment, indicator and period was brought in before.")


class NotTaken(Exception):  # noqa: N818 (says what happened)
    """The file was not kept; the words say why."""


def _folder() -> Path:
    return packs.folder() / "brought"


def _place(pk: int) -> Path:
    return _folder() / f"{pk}.zip"


def accept(portions: Iterable[bytes], *, name: str, by: str, at: datetime) -> ForeignPack:
    """Keep an uploaded pack until the worker has counted it. Raises NotTaken where it is too large."""
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    draft, size = _folder() / f"{secrets.token_hex(8)}.part", 0
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as stream:
            for portion in portions:
                size += stream.write(portion)
                if size > MOST:
                    raise NotTaken(_("The file is larger than a gigabyte."))
        row = ForeignPack.objects.create(name=name[:100], brought_by=by, brought_at=at)
        draft.rename(_place(row.pk))
    finally:
        draft.unlink(missing_ok=True)
    return row


def work_off() -> int:
    """Count what waits; how many packs were judged. A file stays only while its pack waits."""
    waiting = ForeignPack.objects.filter(state=State.WAITING).order_by("pk")
    done = 0
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            row = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is not None:
                _judge(row)
                done += 1
        _place(pk).unlink(missing_ok=True)
    return done


def _judge(row: ForeignPack) -> None:
    path = _place(row.pk)
    if not path.exists():
        row.state, row.faults = State.REFUSED, [GONE]
    else:
        audit = auditing.audit(path)
        faults = list(audit.faults) or _unwelcome(audit)
        row.faults = [one.replace("\0", "\N{REPLACEMENT CHARACTER}") for one in faults]
        row.state = State.REFUSED if row.faults else State.HELD
        _told(row, audit)
    with suppress(IntegrityError), transaction.atomic():
        row.save()
        return
    row.state, row.faults = State.REFUSED, [TWICE]
    row.save()


def _told(row: ForeignPack, audit: Audit) -> None:
    """What the pack says of itself; only of one that holds, for nothing else of it can be believed."""
    row.digest = audit.digest
    if audit.faults or audit.manifest is None or audit.table is None:
        return
    manifest, period = audit.manifest, audit.manifest.period
    row.deployment, row.countries = manifest.deployment, list(manifest.countries)
    row.indicator, row.rule = manifest.indicator, manifest.version
    row.starts, row.ends = period.starts, period.ends
    row.tables = frozen.write(audit.table)


def _unwelcome(audit: Audit) -> list[str]:
    """Why a pack that holds cannot stand beside the others."""
    if audit.manifest is None:
        return []
    if audit.manifest.deployment == closing.deployment():
        return [OWN]
    beside = beside_it(audit.manifest.indicator, audit.manifest.period)
    taken = {country for one in beside for country in one.countries}
    if shared := sorted(taken & set(audit.manifest.countries)):
        return [OVERLAP.format(countries=" ".join(shared))]
    return []


# --- side by side -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment's closed number. `name`: ours is "", others have that of the file they came in."""

    name: str
    countries: tuple[str, ...]
    rule: str
    digest: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Comparison:
    """One indicator and period in several deployments; their sum is not de-duplicated between countries."""

    indicator: str
    period: Period
    deployments: tuple[Deployed, ...]

    @property
    def shared(self) -> tuple[str, ...]:
        """Countries that more than one of them counts, say since ours was closed later: then nothing is summed."""
        times = Counter(one for it in self.deployments for one in it.countries)
        return tuple(sorted(one for one, often in times.items() if often > 1))

    @property
    def unique_sum(self) -> int:
        return sum(one.numbers.reached.unique for one in self.deployments)

    @property
    def first_time_sum(self) -> int:
        return sum(one.numbers.reached.first_time for one in self.deployments)

    @property
    def cumulative_sum(self) -> int:
        return sum(one.numbers.reached.cumulative for one in self.deployments)

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(one.rule for one in self.deployments)


def beside_it(indicator: str, period: Period) -> list[Deployed]:
    """Our own closed number and those of the packs that hold."""
    asked = {"indicator": indicator, "starts": period.starts, "ends": period.ends}
    own = [_deployed(one, "") for one in ClosedPeriod.objects.filter(**asked)]
    others = ForeignPack.objects.filter(state=State.HELD, **asked).order_by("countries", "pk")
    return own + [_deployed(one, one.name) for one in others]


def comparisons() -> list[Comparison]:
    """Every indicator and period of which a pack of another deployment holds, newest first."""
    held = ForeignPack.objects.filter(state=State.HELD).order_by("-ends", "starts", "indicator")
    keys = dict.fromkeys(held.values_list("indicator", "starts", "ends"))
    return [
        Comparison(indicator, period, tuple(beside_it(indicator, period)))
        for indicator, period in (
            (one, Period(starts, ends)) for one, starts, ends in keys if starts and ends
        )
    ]


def _deployed(row: ClosedPeriod | ForeignPack, name: str) -> Deployed:
    return Deployed(
        name,
        tuple(row.countries),
        f"{row.indicator}/{row.rule}",
        row.digest,
        frozen.total(row.tables),
    )
