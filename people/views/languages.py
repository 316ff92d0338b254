"""Pages: the languages we speak with people in, and the order each country offers them in."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people import languages as spoken
from people import offering, pages
from people.countries import COUNTRIES
from people.forms import LanguageForm
from people.models import Language
from people.views.reader import whoever


@require_GET
@permission_required("people.view_language", raise_exception=True)
def languages(request: HttpRequest) -> HttpResponse:
    """All languages with the places they have, and the order of each country."""
    known, orders = spoken.known(), spoken.orders()
    context = {
        "lines": pages.spoken(known, orders),
        "menus": [pages.menu(country, orders[country], known) for country in COUNTRIES],
        "own": _own(request),
    }
    return render(request, "people/languages.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("people.add_language", raise_exception=True)
def add(request: HttpRequest) -> HttpResponse:
    """A new language: from then on texts can be written in it."""
    return _edited(request, Language())


@require_http_methods(["GET", "POST"])
@permission_required("people.change_language", raise_exception=True)
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Names, script and variant of a language; nobody can take one away, texts rest on it."""
    if code in spoken.seeded():
        offering.adopt(code)
    return _edited(request, get_object_or_404(Language, pk=code))


def _edited(request: HttpRequest, language: Language) -> HttpResponse:
    known, edited = spoken.known(), language.pk
    form = LanguageForm(request.POST or None, instance=language, among=known)
    if request.method == "POST" and form.is_valid():
        kept = form.language()
        offering.keep(kept)
        messages.success(request, _("%(name)s is kept.") % {"name": kept.name})
        return redirect("people:languages")
    scripts = sorted({one.script for one in known.values()})
    context = {"form": form, "edited": edited, "scripts": scripts}
    return render(request, "people/language.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("people.change_language", raise_exception=True)
def order(request: HttpRequest, country: str) -> HttpResponse:
    """Try an order without keeping anything, see whose digit changes its meaning, then keep it."""
    if country not in _own(request):
        raise Http404
    known, kept = spoken.known(), spoken.order(country)
    told = request.POST or request.GET
    wished = told["order"].split() if "order" in told else list(kept)
    wished += [told["add"]] if told.get("add") else []
    wrong = offering.order_faults(wished, known)
    if request.method == "POST" and not wrong:
        try:
            offering.keep_order(country, wished, seen=told.get("seen", "").split())
        except offering.NotKept as refusal:
            wrong = [str(refusal)]
        else:
            messages.success(request, _("The order is kept. People meet it with the next edition."))
            return redirect("people:languages")
    shown = pages.trial(country, tuple(one for one in wished if one in known), kept, known)
    context = {"trial": shown, "wrong": wrong, "most": offering.MOST}
    return render(request, "people/order.html", context, status=422 if wrong else 200)


def _own(request: HttpRequest) -> list[str]:
    """Countries of whoever looks."""
    return [code for code in COUNTRIES if code in whoever(request).countries]
