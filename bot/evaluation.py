"""How well the current edition understands a set of questions: the figures behind `manage.py nlu_eval`."""

import csv
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from bot import matchers, meanings
from bot.meanings import Ranks
from campaigns.editions.asked import examples
from campaigns.editions.edition import Edition
from people import languages
from understanding import calibration, matcher, normalise
from understanding.encoder import Encoder
from understanding.safeguarding import hears_danger

KINDS = ("in", "near", "far", "danger", "notdanger")
TOO_NEAR = (
    0.8  # likeness to a phrasing from which a question measures memory instead of understanding
)


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
    best: float = 0.0  # probability of the first


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
    auroc_near: float | None = (
        None  # how often a question with an answer gets the higher probability
    )
    auroc_far: float | None = None

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


def evaluate(
    edition: Edition, language: str, asked: Sequence[Asked], by: Encoder | None = None
) -> Figures:
    """Ask every question of the edition's matcher, and danger's rules of every text; with an encoder by meaning, too."""
    ranks = meanings.weighed(edition, by) if by else matchers.of(edition)
    ranks.rank("", language)  # so that fitting is not in the first time
    if by:
        by.vector("")  # nor reading the encoder
    return figures([(one, _heard(ranks, by, language, one.text)) for one in asked])


def left_out(edition: Edition, language: str) -> Figures:
    """The edition's own phrasings, each as if nobody had taught it; no times, nothing of danger."""
    taught = examples(edition, languages.base(language))
    heard = [
        (Asked("", one.meant, "in"), _unseen(one))
        for one in matcher.left_out(taught, languages.base(language))
    ]
    return replace(figures(heard), p50_ms=None, p95_ms=None)


def apart(edition: Edition, language: str, asked: Sequence[Asked]) -> list[Asked]:
    """The questions that are no near copy of a phrasing, by the likeness of their keys."""
    base = languages.base(language)
    taught = examples(edition, base).values()
    keys = sorted({normalise.key(text, base) for texts in taught for text in texts})
    return [one for one in asked if not _copied(normalise.key(one.text, base), keys)]


def stressed(asked: Sequence[Asked], stress: Callable[[str], str]) -> list[Asked]:
    """The same questions, typed otherwise."""
    return [replace(one, text=stress(one.text)) for one in asked]


def figures(heard: Sequence[tuple[Asked, Heard]]) -> Figures:
    """What became of the questions, in shares."""
    kinds = {kind: [h for one, h in heard if one.kind == kind] for kind in KINDS}
    inside = [(one.expected, h) for one, h in heard if one.kind == "in"]
    times = sorted(h.milliseconds for _, h in heard)
    return Figures(
        accuracy=_share(expected in h.ranked[:1] for expected, h in inside),
        macro_f1=_macro_f1([(expected, _first(h)) for expected, h in inside]),
        top3=_share(expected in h.ranked[:3] for expected, h in inside),
        sure_precision=_share(expected == h.ranked[0] for expected, h in inside if _sure(h)),
        sure_share=_share(map(_sure, kinds["in"])),
        leak_near=_share(map(_sure, kinds["near"])),
        leak_far=_share(map(_sure, kinds["far"])),
        safeguarding_recall=_share(h.danger for h in kinds["danger"]),
        safeguarding_false_alarms=_share(h.danger for h in kinds["notdanger"]),
        p50_ms=times[len(times) // 2] if times else None,
        p95_ms=times[min(int(len(times) * 0.95), len(times) - 1)] if times else None,
        auroc_near=_auroc(kinds["in"], kinds["near"]),
        auroc_far=_auroc(kinds["in"], kinds["far"]),
    )


def _heard(ranks: Ranks, by: Encoder | None, language: str, text: str) -> Heard:
    begun = time.perf_counter()
    danger = hears_danger(text, by=by) is not None
    ranked = ranks.rank(text, language)
    spent = (time.perf_counter() - begun) * 1000
    names = tuple(name for name, p in ranked if p > 0)
    best = ranked[0][1] if ranked else 0.0
    return Heard(names, calibration.decide(ranked).kind, danger, spent, best)


def _unseen(one: matcher.Unseen) -> Heard:
    decision = calibration.decide([(one.ranked[0], one.probability)])
    return Heard(one.ranked, decision.kind, False, 0.0, one.probability)


def _copied(key: str, taught: Sequence[str]) -> bool:
    found = SequenceMatcher(autojunk=False)
    found.set_seq2(key)  # what it reads once
    for one in taught:
        found.set_seq1(one)
        if (
            found.real_quick_ratio() > TOO_NEAR
            and found.quick_ratio() > TOO_NEAR
            and found.ratio() > TOO_NEAR
        ):
            return True
    return False


def _sure(heard: Heard) -> bool:
    return heard.decision == "sure"


def _auroc(inside: Sequence[Heard], outside: Sequence[Heard]) -> float | None:
    if not (inside and outside):
        return None
    pairs = [(a.best > b.best) + (a.best == b.best) / 2 for a in inside for b in outside]
    return statistics.fmean(pairs)


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
