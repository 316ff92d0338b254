"""What editors do with questions that had no answer, and what it changes before anybody is served it.

Editors work on the questions of their own countries. A decision is one click on a group, and can be taken back
as long as its questions are kept. What is danger leaves the editors' list and is seen by protection alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Extract, Power
from django.utils.translation import gettext_noop

from bot.grouping import typical
from bot.models import Question, QuestionGroup
from bot.shown import clean, opened
from campaigns.blasts import routes
from campaigns.editions import asked
from campaigns.editions.edition import Edition
from campaigns.editions.problems import About, Problem, Refused
from campaigns.writing import teaching
from people import audit, identity
from people.audit import Kind
from people.models import Staff
from understanding import unseen
from understanding.safeguarding import Danger, hears_danger

LOOK, DECIDE, PROTECT = "bot.view_question", "bot.change_question", "bot.view_case"
PAGE = 20
HALF = timedelta(days=14)  # after which a question weighs half: what is asked now comes first
NEARLY = 3  # answers shown that people were offered and did not want
LONGEST = 200  # characters of a way of asking
Verdict, State = QuestionGroup.Verdict, Question.State

MAY_NOT = gettext_noop("your role does not decide on questions.")
DECIDED = gettext_noop("a colleague has decided on it already.")
PRIVATE = gettext_noop("“{words}” holds a number or a gap: write it as anybody could ask it.")
DANGEROUS = gettext_noop(
    "“{words}” is a cry for help: give it to protection, the bot must not answer it."
)
LONG = gettext_noop("“{words}…” is too long for a way of asking: {most} characters at most.")


@dataclass(frozen=True, slots=True)
class Line:
    """One group as the list shows it. `asked` counts questions: who asked is not kept, so not people."""

    pk: int
    country: str
    language: str  # base
    asked: int
    last: datetime
    wordings: tuple[str, ...] = field(repr=False)
    guesses: tuple[tuple[str, float], ...]  # (item, probability), best first
    nearly: tuple[tuple[str, int], ...]  # (item, times that it was offered and not wanted)


# --- looking -------------------------------------------------------------------------------------------


def groups_of(staff: Staff) -> QuerySet[QuestionGroup]:
    """Groups that this editor may see: of their countries, without what is danger; none without the right."""
    if not staff.has_perm(LOOK):
        return QuestionGroup.objects.none()
    own = Q(country__in=staff.countries) | Q(country="")
    return QuestionGroup.objects.filter(own).exclude(verdict=Verdict.DANGER)


def waiting(
    staff: Staff, *, at: datetime, country: str = "", base: str = ""
) -> QuerySet[QuestionGroup]:
    """Groups nobody has decided on, what is asked often and lately first."""
    found = groups_of(staff).filter(verdict=Verdict.OPEN)
    found = found.filter(country=country) if country else found
    found = found.filter(language=base) if base else found
    age = Extract(ExpressionWrapper(Value(at) - F("questions__asked_at"), DurationField()), "epoch")
    weight = Power(Value(0.5), age / HALF.total_seconds(), output_field=FloatField())
    new = Q(questions__state=State.NEW)
    told = found.annotate(
        asked=Count("questions", filter=new),
        last=Max("questions__asked_at", filter=new),
        weight=Sum(weight, filter=new),
    )
    return told.filter(asked__gt=0).order_by("-weight", "pk")


def lines(groups: Sequence[QuestionGroup]) -> list[Line]:
    """The lines of these groups (`waiting`), in three queries whatever their number."""
    keys = [one.pk for one in groups]
    wordings = typical(keys, states=[State.NEW])
    nearly: dict[int, Counter[str]] = defaultdict(Counter)
    offers = Question.objects.filter(group__in=keys, state=State.NEW).exclude(offered=[])
    for group, offered in offers.values_list("group_id", "offered"):
        nearly[group or 0].update(offered)
    return [
        Line(
            pk=one.pk,
            country=one.country,
            language=one.language,
            asked=one.asked,  # type: ignore[attr-defined]
            last=one.last,  # type: ignore[attr-defined]
            wordings=tuple(opened(question.text) for question in wordings[one.pk]),
            guesses=tuple((item, probability) for item, probability in one.guesses),
            nearly=tuple(nearly[one.pk].most_common(NEARLY)),
        )
        for one in groups
    ]


def tongues(staff: Staff) -> list[tuple[str, str, int]]:
    """(country, base language, groups that wait), for the filters of the list."""
    found = groups_of(staff).filter(verdict=Verdict.OPEN, questions__state=State.NEW)
    counted = found.values_list("country", "language").annotate(many=Count("pk", distinct=True))
    return sorted(counted.order_by(), key=lambda one: (-one[2], one[0], one[1]))


def decided(staff: Staff) -> QuerySet[QuestionGroup]:
    """What was decided, newest first, for whoever wants to take it back; of danger only what they gave themselves."""
    found = _reach(staff).exclude(verdict=Verdict.OPEN).select_related("decided_by")
    return found.annotate(asked=Count("questions")).filter(asked__gt=0).order_by("-decided_at")


def _reach(staff: Staff) -> QuerySet[QuestionGroup]:
    """Groups whose decision this editor may take back: a wrong click on danger must not cost a word."""
    given = Q(verdict=Verdict.DANGER, decided_by=staff, country__in=[*staff.countries, ""])
    seen = Q(pk__in=groups_of(staff).values("pk"))
    return QuestionGroup.objects.filter(seen | given if staff.has_perm(LOOK) else seen)


# --- deciding ------------------------------------------------------------------------------------------


def use(pk: int, code: str, wordings: Sequence[str], *, by: Staff, at: datetime) -> QuestionGroup:
    """The wordings become ways of asking for the item, as a draft. Raises Refused and writes nothing."""

    def done(group: QuestionGroup) -> None:
        language = _spoken(group)
        text = teaching.teach(code, language, wordings, by=by, at=at)
        group.item, group.taught = code, text.language
        group.added = identity.seal("\n".join(wordings))

    wordings = [one.strip() for one in wordings if one.strip()]
    _refuse(code, wordings)
    return _decide(pk, Verdict.USED, by, at, done)


def _spoken(group: QuestionGroup) -> str:
    """How most of its questions were typed: a language, or its Latin variant."""
    said = Counter(group.questions.values_list("language", flat=True))
    return said.most_common(1)[0][0] if said else group.language


def _refuse(code: str, wordings: Sequence[str]) -> None:
    """Raises Refused for what must not be learnt from."""
    problems = []
    for one in wordings:
        if len(one) > LONGEST:
            values = {"words": one[:40], "most": str(LONGEST)}
            problems.append(Problem(LONG, About.TEXT, code, values=values))
        elif hears_danger(one):
            problems.append(Problem(DANGEROUS, About.TEXT, code, values={"words": one}))
        elif not clean(one):
            problems.append(Problem(PRIVATE, About.TEXT, code, values={"words": one}))
    if problems:
        raise Refused(problems)


def start_item(pk: int, *, by: Staff, at: datetime) -> QuestionGroup:
    """Somebody begins a new answer to these. Raises Refused."""
    return _decide(pk, Verdict.USED, by, at)


def drop(pk: int, *, by: Staff, at: datetime) -> QuestionGroup:
    """Not for us: these, and whoever asks so from now on, are kept out of the list. Raises Refused."""
    return _decide(pk, Verdict.DROPPED, by, at)


def tell_protection(pk: int, *, by: Staff, at: datetime) -> QuestionGroup:
    """The bot must hear danger in these: protection sees them, editors no more. Raises Refused."""

    def done(group: QuestionGroup) -> None:
        what, told = "questions given to protection", {"group": str(group.pk)}
        audit.note(Kind.CASE, by=by, what=what, country=group.country, details=told, at=at)

    return _decide(pk, Verdict.DANGER, by, at, done)


def _decide(
    pk: int,
    verdict: str,
    by: Staff,
    at: datetime,
    done: Callable[[QuestionGroup], None] = lambda _group: None,
) -> QuestionGroup:
    with transaction.atomic():
        group = _locked(groups_of(by), pk, by)
        if group.verdict != Verdict.OPEN:
            raise Refused([Problem(DECIDED)])
        group.verdict, group.decided_by, group.decided_at = verdict, by, at
        group.questions.filter(state=State.NEW).update(state=verdict)
        done(group)
        group.save()
    return group


def _locked(groups: QuerySet[QuestionGroup], pk: int, by: Staff) -> QuestionGroup:
    """The group, held. Raises Refused without the right, and where it is gone or another country's."""
    group = groups.select_for_update().filter(pk=pk).first() if by.has_perm(DECIDE) else None
    if group is None:
        raise Refused([Problem(MAY_NOT)])
    return group


def undo(pk: int, *, by: Staff, at: datetime) -> QuestionGroup:
    """Back into the list; ways of asking that were added go, by another draft. Raises Refused."""
    with transaction.atomic():
        group = _locked(_reach(by), pk, by)
        if group.added:
            added = identity.unseal(group.added, identity.TEXT).split("\n")
            teaching.take_back(group.item, group.taught, added, by=by, at=at)
        group.questions.update(state=State.NEW)
        group.verdict, group.item, group.taught, group.added = Verdict.OPEN, "", "", ""
        group.decided_by, group.decided_at = None, None
        group.save()
    return group


# --- for protection ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that the rules of danger may have to hear. `heard`: what they hear in them by now."""

    pk: int
    country: str
    language: str
    asked: int
    wordings: tuple[tuple[str, Danger | None], ...] = field(repr=False)
    told_by: str
    told_at: datetime | None


def candidates_of(staff: Staff) -> QuerySet[QuestionGroup]:
    """What editors gave to protection, of the officer's countries; none without the right."""
    if not staff.has_perm(PROTECT):
        return QuestionGroup.objects.none()
    own = Q(country__in=staff.countries) | Q(country="")
    found = QuestionGroup.objects.filter(own, verdict=Verdict.DANGER).select_related("decided_by")
    return found.annotate(asked=Count("questions")).filter(asked__gt=0).order_by("-decided_at")


def candidates(staff: Staff, *, at: datetime) -> list[Candidate]:
    """The newest PAGE of them, opened, after that was put on record."""
    groups = list(candidates_of(staff)[:PAGE])
    if groups:
        with transaction.atomic():
            told = {"groups": str(len(groups))}
            audit.note(Kind.CASE, by=staff, what="questions of danger read", details=told, at=at)
    wordings = typical([one.pk for one in groups])
    return [
        Candidate(
            pk=one.pk,
            country=one.country,
            language=one.language,
            asked=one.asked,  # type: ignore[attr-defined]
            wordings=tuple(
                (w, hears_danger(w)) for w in (opened(q.text) for q in wordings[one.pk])
            ),
            told_by=one.decided_by.get_username() if one.decided_by else "",
            told_at=one.decided_at,
        )
        for one in groups
    ]


def settle(pk: int, *, danger: bool, by: Staff, at: datetime) -> None:
    """The rules hear it by now: the words are deleted. Or it was none: back to the editors. Raises Refused."""
    with transaction.atomic():
        group = candidates_of(by).filter(pk=pk).first()
        group = QuestionGroup.objects.select_for_update().get(pk=group.pk) if group else None
        if group is None or group.verdict != Verdict.DANGER or not by.has_perm("bot.change_case"):
            raise Refused([Problem(MAY_NOT)])
        what = "questions of danger settled" if danger else "questions given back to the editors"
        if danger:
            group.questions.all().delete()
            group.delete()
        else:
            group.questions.update(state=State.NEW)
            group.verdict, group.decided_by, group.decided_at = Verdict.OPEN, None, None
            group.save()
        audit.note(
            Kind.CASE, by=by, what=what, country=group.country, details={"group": str(pk)}, at=at
        )


# --- what it changes -----------------------------------------------------------------------------------


def effect(base: str, code: str, wordings: Sequence[str], *, at: datetime) -> unseen.Effect:
    """What these ways of asking for the item would change in the newest texts."""
    before = teaching.drafted(base, at=at)
    after = {**before, code: [*before.get(code, []), *wordings]}
    return unseen.effect(before, after, base)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a language stands: what the drafts change against what is served, and the pairs they would leave."""

    effect: unseen.Effect
    pairs: list[unseen.Pair]


def taught() -> list[str]:
    """Base languages that the served edition hears questions in; none before the first edition."""
    edition = _served()
    return sorted(edition.phrasings) if edition else []


def standing(base: str, *, at: datetime) -> Standing:
    """The newest texts against what is served."""
    edition, after = _served(), teaching.drafted(base, at=at)
    before = asked.examples(edition, base) if edition else {}
    return Standing(unseen.effect(before, after, base), unseen.left_out(after, base).pairs())


def _served() -> Edition | None:
    try:
        return routes.edition(simulated=settings.DEMONSTRATION)
    except routes.NoRoute:
        return None
