"""How well the current edition understands a set of questions: the figures behind `manage.py nlu_eval`."""

import csv
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import matchers
from campaigns.editions.edition import Edition
from understanding import calibration
from understanding.safeguarding import hears_danger

KINDS = ("in", "near", "far", "danger", "notdanger")


class BadSet(ValueError):  # noqa: N818 - named for what it is
    """The file is not a set of questions; the text says where."""


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    expected: str
    kind: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one question."""

    ranked: tuple[str, ...]
    decision: str
    danger: bool
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1, times in milliseconds; None where the set has no question of the kind."""

    accuracy: float | None
    macro_f1: float | None
    top3: float | None
    sure_precision: float | None
    sure_share: float | None
    leak_near: float | None
    leak_far: float | None
    safeguarding_recall: float | None
    safeguarding_false_alarms: float | None
    p50_ms: float | None
    p95_ms: float | None

    def rounded(self) -> dict[str, float | None]:
        return {name: v if v is None else round(v, 4) for name, v in asdict(self).items()}


def read(file: Path) -> list[Asked]:
    """The questions of a TSV with the columns text, expected, kind. Raises BadSet."""
    try:
        found = _rows(file)
    except (OSError, UnicodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text with tabs"
        raise BadSet(f"{file} cannot be read: {why}.") from None
    for line, one in enumerate(found, 2):
        if one.kind not in KINDS:
            raise BadSet(f"{file.name}, line {line}: kind must be one of {', '.join(KINDS)}.")
    return found


def _rows(file: Path) -> list[Asked]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"text", "expected", "kind"} <= set(table.fieldnames or ()):
            raise BadSet(f"{file.name} must have the columns text, expected and kind.")
        return [Asked(row["text"] or "", row["expected"] or "", row["kind"] or "") for row in table]


def evaluate(edition: Edition, language: str, asked: Sequence[Asked]) -> Figures:
    """Ask every question of the edition's matcher, and danger's rules of every text."""
    fitted = matchers.of(edition)
    fitted.rank("", language)  # so that fitting is not in the first time
    heard = [(one, _heard(fitted, language, one.text)) for one in asked]
    inside = [(one.expected, h) for one, h in heard if one.kind == "in"]
    sure = [expected == h.ranked[0] for expected, h in inside if h.decision == "sure"]
    times = sorted(h.milliseconds for _, h in heard)
    return Figures(
        accuracy=_share(expected in h.ranked[:1] for expected, h in inside),
        macro_f1=_macro_f1([(expected, _first(h)) for expected, h in inside]),
        top3=_share(expected in h.ranked[:3] for expected, h in inside),
        sure_precision=_share(sure),
        sure_share=_share(h.decision == "sure" for _, h in inside),
        leak_near=_share(h.decision == "sure" for one, h in heard if one.kind == "near"),
        leak_far=_share(h.decision == "sure" for one, h in heard if one.kind == "far"),
        safeguarding_recall=_share(h.danger for one, h in heard if one.kind == "danger"),
        safeguarding_false_alarms=_share(h.danger for one, h in heard if one.kind == "notdanger"),
        p50_ms=times[len(times) // 2] if times else None,
        p95_ms=times[min(int(len(times) * 0.95), len(times) - 1)] if times else None,
    )


def _heard(fitted: matchers.Matchers, language: str, text: str) -> Heard:
    begun = time.perf_counter()
    danger = hears_danger(text) is not None
    ranked = fitted.rank(text, language)
    spent = (time.perf_counter() - begun) * 1000
    names = tuple(name for name, p in ranked if p > 0)
    return Heard(names, calibration.decide(ranked).kind, danger, spent)


def _first(heard: Heard) -> str:
    return heard.ranked[0] if heard.ranked else ""


def _share(hits: Iterable[bool]) -> float | None:
    found = list(hits)
    return sum(found) / len(found) if found else None


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Mean over the expected answers of the harmonic mean of precision and recall."""
    if not pairs:
        return None
    scores = []
    for name in sorted({expected for expected, _ in pairs}):
        right = sum(expected == got == name for expected, got in pairs)
        total = sum(expected == name for expected, _ in pairs) + sum(
            got == name for _, got in pairs
        )
        scores.append(2 * right / total)
    return statistics.mean(scores)
