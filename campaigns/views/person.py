"""Page: one person asks what is held on them, wants it in hand, or wants to be forgotten.

The number is only ever in the body of a request: in no address, no session and no table.
"""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import handouts, holdings
from campaigns.holdings import Holdings, NotShown
from campaigns.person_forms import AskedForm, ForgetForm, HandOutForm, LookUpForm
from people.views.reader import whoever

asks = permission_required("people.answer_person", raise_exception=True)


@require_http_methods(["GET", "POST"])
@asks
@sensitive_post_parameters()
def person(request: HttpRequest) -> HttpResponse:
    """Ask for a number; what is held on it, masked."""
    staff, now = whoever(request), timezone.now()
    form = LookUpForm(request.POST or None, own=staff.countries)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    try:
        found = holdings.look_up(form.cleaned_data["number"], by=staff, at=now)
    except NotShown as refusal:
        return _page(request, form, refusal=refusal.word, status=403)
    held = holdings.hand_over(found, by=staff, at=now)
    return _found(request, found, *_forms(held))


@require_POST
@asks
@sensitive_post_parameters()
def hand_out(request: HttpRequest) -> HttpResponseBase:
    """What is held, as a file; the audit notes each file that leaves (config.policy.audited)."""
    form = HandOutForm(request.POST)
    number = _number(request, form)
    if number is None:
        return _page(request, refusal="late", status=403)
    found = holdings.of(number)
    if not form.is_valid():
        return _found(request, found, form, _forms(form.data["held"])[1], status=422)
    as_json, now = form.cleaned_data["form"] == "json", timezone.now()
    return StreamingHttpResponse(
        handouts.as_json(found, at=now) if as_json else handouts.as_text(found, at=now),
        content_type=f"{'application/json' if as_json else 'text/plain'}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="held.{"json" if as_json else "txt"}"',
            "Cache-Control": "no-store",
        },
    )


@require_POST
@asks
@sensitive_post_parameters()
def forget(request: HttpRequest) -> HttpResponse:
    """Erase it, and end messages where that is wished too."""
    form = ForgetForm(request.POST)
    number = _number(request, form)
    if number is None:
        return _page(request, refusal="late", status=403)
    if not form.is_valid():
        found = holdings.of(number)
        return _found(request, found, _forms(form.data["held"])[0], form, status=422)
    stop = form.cleaned_data["stop"]
    gone = holdings.forget(number, stop=stop, by=whoever(request), at=timezone.now())
    messages.success(request, _done(sum(gone.counts.values()), stop=stop))
    return redirect("campaigns:person")


def _forms(held: str) -> tuple[HandOutForm, ForgetForm]:
    """Both empty but for the sealed number."""
    return HandOutForm(initial={"held": held}), ForgetForm(initial={"held": held})


def _number(request: HttpRequest, form: AskedForm) -> str | None:
    """The number that the page was about; None when it was too long ago."""
    try:
        return holdings.taken_over(
            form.data.get("held", ""), by=whoever(request), at=timezone.now()
        )
    except NotShown:
        return None


def _done(rows: int, *, stop: bool) -> str:
    said = ngettext(
        "Forgotten: %(rows)s row erased or made nameless.",
        "Forgotten: %(rows)s rows erased or made nameless.",
        rows,
    ) % {"rows": rows}
    return f"{said} {_('Messages have ended too.')}" if stop else said


def _page(
    request: HttpRequest, form: LookUpForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    form = form or LookUpForm(own=whoever(request).countries)
    context = {"form": form, "refusal": refusal, "most": holdings.MOST_AN_HOUR}
    return _unkept(render(request, "campaigns/person.html", context, status=status))


def _found(
    request: HttpRequest,
    found: Holdings,
    hand_out_form: HandOutForm,
    forget_form: ForgetForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "found": found,
        "rows": sum(found.counts.values()),
        "hand_out": hand_out_form,
        "forget": forget_form,
        "asked_again": status == 422,
    }
    return _unkept(render(request, "campaigns/person_found.html", context, status=status))


def _unkept(answer: HttpResponse) -> HttpResponse:
    """No browser keeps the page: the back button shows nothing to the next person at the desk."""
    answer["Cache-Control"] = "no-store"
    return answer
