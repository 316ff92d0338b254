"""Open questions that ask the same come together, one country and language at a time.

Run by a task: what has a group keeps it, so that a list does not change under the hands of whoever works on
it, and only new questions are looked at. Words are unsealed for the moment of comparing; nothing that could be
read back from what is kept (a group, and how near its middle a question stands).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from bot.models import Question, QuestionGroup
from bot.replies import Rank
from bot.shown import opened
from campaigns.editions.edition import Edition
from campaigns.models import Publication
from campaigns.writing.teaching import like
from people import languages
from understanding import likeness
from understanding.likeness import NOBODY

LOCK = 0x6E6A69615155  # advisory: two workers must not make the same group twice
TYPICAL = 3  # wordings that stand for a group
LOOKED_AT = 12  # questions of a group among which they are found
GUESSES = 2
GUESSED_MOST = 200  # groups a run: a new edition has all of them guessed anew, within some minutes
MOVED = 0.02  # a nearness that changed by less is not written again
Verdict = QuestionGroup.Verdict
Place = tuple[str, str]  # country, base language


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    group: int | None
    nearness: float
    text: str


def gather(edition: Edition) -> int:
    """Give each question without a group one; how many there were."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return sum(_gather(place, codes, edition) for place, codes in _places().items())


def _places() -> Mapping[Place, set[str]]:
    """Where questions wait for a group, with the codes that their language is written by."""
    found: dict[Place, set[str]] = defaultdict(set)
    new = Question.objects.filter(group=None).values_list("country", "language").distinct()
    for country, language in new:
        found[country, languages.base(language)].add(language)
    for country, base in list(found):
        rest = QuestionGroup.objects.filter(country=country, language=base)
        codes = Question.objects.filter(group__in=rest).values_list("language", flat=True)
        found[country, base] |= set(codes.distinct())
    return found


def _gather(place: Place, codes: Iterable[str], edition: Edition) -> int:
    rows = _rows(place, codes)
    texts = [row.text for row in rows]
    beside = [one for asked in edition.phrasings.get(place[1], {}).values() for one in asked]
    vectors = likeness.vectors(texts, place[1], beside=beside)
    groups = list(dict.fromkeys(row.group for row in rows if row.group is not None))
    at = {pk: number for number, pk in enumerate(groups)}
    known = [NOBODY if row.group is None else at[row.group] for row in rows]
    found = likeness.grouped(vectors, known)
    _keep(place, rows, groups, found, likeness.nearness(vectors, found))
    return known.count(NOBODY)


def _rows(place: Place, codes: Iterable[str]) -> list[_Row]:
    """Questions with and without a group, oldest first; not those of groups that are over."""
    asked = Question.objects.filter(country=place[0], language__in=list(codes))
    asked = asked.exclude(group__in=_over(place)).order_by("asked_at", "pk")
    values = asked.values_list("pk", "group_id", "nearness", "text")
    return [_Row(pk, group, near, opened(text)) for pk, group, near, text in values]


def _over(place: Place) -> Sequence[int]:
    """Groups whose ways of asking were published since: who asks so still begins a new one."""
    published = Publication.objects.aggregate(last=Max("at"))["last"]
    if published is None:
        return []
    used = QuestionGroup.objects.filter(country=place[0], language=place[1], verdict=Verdict.USED)
    return list(used.filter(decided_at__lt=published).values_list("pk", flat=True))


def _keep(
    place: Place,
    rows: Sequence[_Row],
    groups: list[int],
    found: likeness.Ints,
    near: likeness.Floats,
) -> None:
    many = int(found.max(initial=NOBODY)) + 1 - len(groups)
    made = [QuestionGroup(country=place[0], language=place[1]) for _ in range(many)]
    every = [*groups, *(one.pk for one in QuestionGroup.objects.bulk_create(made))]
    states = _states(every)
    joined, moved = [], []
    for row, group, nearness in zip(rows, found.tolist(), near.tolist(), strict=True):
        if row.group is None:
            state = states[every[group]]
            joined.append(
                Question(pk=row.pk, group_id=every[group], nearness=nearness, state=state)
            )
        elif abs(row.nearness - nearness) > MOVED:
            moved.append(Question(pk=row.pk, nearness=nearness))
    Question.objects.bulk_update(joined, ["group", "nearness", "state"], batch_size=1000)
    Question.objects.bulk_update(moved, ["nearness"], batch_size=1000)
    grown = [one.group_id for one in joined if one.group_id]
    QuestionGroup.objects.filter(pk__in=grown).update(edition="")  # to be guessed again


def _states(groups: Iterable[int]) -> dict[int, str]:
    """What becomes of a question that joins the group: it goes the way of the others."""
    verdicts = QuestionGroup.objects.filter(pk__in=list(groups)).values_list("pk", "verdict")
    return {pk: verdict or Question.State.NEW for pk, verdict in verdicts}


# --- what the matcher would have said -------------------------------------------------------------------


def guess(edition: Edition, rank: Rank) -> int:
    """The best guesses of groups that grew, or that another edition guessed; how many groups were looked at."""
    open_ones = QuestionGroup.objects.filter(verdict=Verdict.OPEN).exclude(edition=edition.id)
    asked = Count("questions", filter=Q(questions__state=Question.State.NEW))
    groups = list(open_ones.annotate(asked=asked).order_by("-asked", "pk")[:GUESSED_MOST])
    wordings = typical([one.pk for one in groups])
    for one in groups:
        texts = [opened(question.text) for question in wordings.get(one.pk, ())]
        one.guesses, one.edition = _guesses(texts, one.language, rank), edition.id
    QuestionGroup.objects.bulk_update(groups, ["guesses", "edition"], batch_size=500)
    return len(groups)


def _guesses(texts: Sequence[str], language: str, rank: Rank) -> list[tuple[str, float]]:
    """Mean probabilities over the typical wordings."""
    total: dict[str, float] = defaultdict(float)
    for text in texts:
        for item, probability in rank(text, language):
            total[item] += probability
    best = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:GUESSES]
    return [(item, round(whole / len(texts), 3)) for item, whole in best if whole > 0]


def typical(groups: Sequence[int], *, states: Sequence[str] = ()) -> dict[int, list[Question]]:
    """Up to TYPICAL questions of each group in different words, those nearest to its middle first."""
    asked = Question.objects.filter(group__in=groups).order_by("group_id", "-nearness", "pk")
    if states:
        asked = asked.filter(state__in=states)
    found: dict[int, list[Question]] = defaultdict(list)
    said: dict[int, list[str]] = defaultdict(list)
    for question in _nearest(asked):
        group, words = question.group_id or 0, opened(question.text)
        if not words or len(found[group]) == TYPICAL or any(like(words, o) for o in said[group]):
            continue
        said[group].append(words)
        found[group].append(question)
    return found


def _nearest(asked: QuerySet[Question]) -> QuerySet[Question]:
    """Some of each group: the same words again and again must not hide the others, nor a thousand be opened."""
    place = Window(RowNumber(), partition_by="group_id", order_by=[F("nearness").desc(), "pk"])
    return asked.annotate(place=place).filter(place__lte=LOOKED_AT)


def clear() -> int:
    """Groups go with the last of their questions."""
    return QuestionGroup.objects.filter(questions=None).delete()[0]
