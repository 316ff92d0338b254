"""Pages of audiences: the register, one audience with its filters counted while they change, and its list."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics.few import FEW
from campaigns.blasts import audience_words, permits, register
from campaigns.blasts import audiences as rule
from campaigns.blasts.audience_forms import AudienceForm
from campaigns.blasts.audiences import Turnout
from campaigns.blasts.register import Source
from campaigns.models import Audience, Blast
from campaigns.writing.titles import titled
from people.offering import NotKept
from people.views.reader import whoever

BLASTS_SHOWN = 3
LOOK, PLAN = "campaigns.view_audience", permits.PLAN


@require_GET
@permission_required(LOOK, raise_exception=True)
def audiences(request: HttpRequest) -> HttpResponse:
    """The register; each row asks for its own number, so that no page waits for all of them."""
    staff = whoever(request)
    rows = [*register.mine(staff)]
    used = register.used(rows, staff)
    titles = titled({b.item for own in used.values() for b in own})
    filters = audience_words.told(rows)
    shown = [
        {"audience": one, "filters": filters[one.pk], **_uses(used.get(one.pk, []), titles)}
        for one in rows
    ]
    context = {
        "rows": [row for row in shown if not row["audience"].archived_at],
        "archived": [row for row in shown if row["audience"].archived_at],
    }
    return render(request, "campaigns/audiences.html", context)


def _uses(blasts: list[Blast], titles: dict[str, str]) -> dict[str, Any]:
    return {
        "blasts": [(blast, titles[blast.item]) for blast in blasts[:BLASTS_SHOWN]],
        "more": max(len(blasts) - BLASTS_SHOWN, 0),
    }


@require_http_methods(["GET", "POST"])
@permission_required(LOOK, raise_exception=True)
def audience(request: HttpRequest, pk: int) -> HttpResponse:
    """One audience: to be changed by who plans blasts, to be read by others."""
    found = get_object_or_404(_mine(request), pk=pk)
    staff = whoever(request)
    if request.method == "POST" and not staff.has_perm(PLAN):
        raise PermissionDenied
    fixed = rule.standing(found.name) or found.archived_at is not None
    if fixed or not staff.has_perm(PLAN):
        return render(request, "campaigns/audience.html", _one(request, found))
    form = AudienceForm(
        request.POST or None, request.FILES or None, instance=found, staff=staff, like=found
    )
    return _work(request, form, _one(request, get_object_or_404(_mine(request), pk=pk)))


@require_http_methods(["GET", "POST"])
@permission_required(PLAN, raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """A new audience; `like`: made from another one's filters, `rest`: of those whom its draw left."""
    like = _like(request)
    initial = _copied(like, rest="rest" in request.GET) if like else {}
    form = AudienceForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        instance=Audience(),
        staff=whoever(request),
        like=like,
    )
    return _work(request, form, {"like": like})


def _mine(request: HttpRequest) -> QuerySet[Audience]:
    return register.mine(whoever(request))


def _like(request: HttpRequest) -> Audience | None:
    told = request.GET.get("like", "")
    return get_object_or_404(_mine(request), pk=told) if told.isdecimal() else None


def _copied(like: Audience, *, rest: bool) -> dict[str, Any]:
    said = gettext("%(name)s, the rest") if rest else gettext("%(name)s, another")
    filters = {name: getattr(like, name) for name in rule.FILTERS}
    if rest and like.share_from == 0 and like.share_to < 100:
        filters |= {"share_from": like.share_to, "share_to": 100}
    elif rest and like.share_from > 0:
        filters |= {"share_from": 0, "share_to": like.share_from}
    return {**filters, "name": said % {"name": like.name}}


def _one(request: HttpRequest, found: Audience) -> dict[str, Any]:
    staff = whoever(request)
    blasts = register.used([found], staff).get(found.pk, [])
    titles = titled({blast.item for blast in blasts})
    return {
        **_uses(blasts, titles),
        "audience": found,
        "filters": audience_words.told([found])[found.pk],
        "uses": len(blasts),
        "standing": rule.standing(found.name),
        "listed": found.members.count() if found.explicit else 0,
    }


def _work(request: HttpRequest, form: AudienceForm, context: dict[str, Any]) -> HttpResponse:
    """The form, shown, or kept; a press of "count" counts and keeps nothing."""
    filled = request.method == "POST" and form.is_valid()
    if request.POST.get("press") == "count":
        context |= _counted(form)
    elif filled and (kept := _kept(request, form)):
        return redirect("campaigns:audience", kept.pk)
    status = 422 if form.errors else 200
    return render(request, "campaigns/audience.html", {**context, "form": form}, status=status)


def _kept(request: HttpRequest, form: AudienceForm) -> Audience | None:
    """The audience as it is kept; None when it could not be, and then the form says why."""
    made: Audience = form.instance
    by, now = whoever(request), timezone.now()
    try:
        joined = register.keep(made, form.listing, by=by, at=now)
    except NotKept as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, gettext("The audience is kept."))
    if form.listing.source in (Source.IMPORT, Source.NUMBERS):
        messages.info(request, _joined(joined))
    return made


def _joined(people: int) -> str:
    """How many a list took, but for a few: nobody is to find out by it who is known to us."""
    if people < FEW:
        return gettext("Fewer than %(few)d people are on its list.") % {"few": FEW}
    said = ngettext("%(n)d person is on its list.", "%(n)d people are on its list.", people)
    return said % {"n": people}


@require_GET
@permission_required(PLAN, raise_exception=True)
def count(request: HttpRequest) -> HttpResponse:
    """How many the filters of a form mean just now; nothing is kept."""
    told = request.GET.get("of", "")
    like = _mine(request).filter(pk=told).first() if told.isdecimal() else None
    form = AudienceForm(request.GET, instance=Audience(), staff=whoever(request), like=like)
    return render(request, "campaigns/audience_count.html", _counted(form))


def _counted(form: AudienceForm) -> dict[str, Any]:
    form.is_valid()
    made = form.sketch()
    fresh = form.cleaned_data.get("source") in (Source.IMPORT, Source.NUMBERS)
    return {**_shown(rule.turnout(made, at=timezone.now())), "fresh": fresh}


def _shown(turnout: Turnout) -> dict[str, Any]:
    return {
        "turnout": turnout,
        "lines": audience_words.lines(turnout),
        "left_out": audience_words.left_out(turnout),
        "few": FEW,
    }


@require_GET
@permission_required(LOOK, raise_exception=True)
def turnout(request: HttpRequest, pk: int) -> HttpResponse:
    """How many a kept audience means today: the number alone for a row of the register, else all of it."""
    found = get_object_or_404(_mine(request), pk=pk)
    counted = _shown(rule.turnout(found, at=timezone.now()))
    part = "counted"
    if request.headers.get("HX-Request"):
        part = "number" if "short" in request.GET else "count"
    return render(request, f"campaigns/audience_{part}.html", {**counted, "audience": found})


@require_GET
@permission_required(PLAN, raise_exception=True)
def areas(request: HttpRequest) -> HttpResponse:
    """The districts of the countries that a form has ticked just now."""
    form = AudienceForm(request.GET, instance=Audience(), staff=whoever(request))
    return render(request, "campaigns/audience_areas.html", {"form": form})


@require_POST
@permission_required(PLAN, raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Remove it, or take it into use again."""
    found = get_object_or_404(_mine(request), pk=pk)
    by = whoever(request)
    try:
        if name == "put-back":
            register.put_back(found, by=by)
            messages.success(request, gettext("The audience is in use again."))
        elif register.remove(found, by=by, at=timezone.now()):
            messages.success(request, gettext("The audience is deleted."))
        else:
            messages.success(request, gettext("Blasts rest on it: it is archived."))
    except NotKept as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:audience", pk)
    return redirect("campaigns:audiences")
