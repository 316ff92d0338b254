"""Sheets for translators and reviewers: they go out, come back, are shown, and are brought in once confirmed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.editions.content import SOURCE
from campaigns.editions.problems import Refused
from campaigns.views.translation import WRITE, known, named
from campaigns.writing import translating
from campaigns.writing.exchange import intake, po, review, rows, xlsx
from campaigns.writing.exchange.changes import Change
from campaigns.writing.exchange.intake import BadParcel, Looked
from campaigns.writing.text_forms import SheetForm, label
from campaigns.writing.translating import Standing
from campaigns.writing.workbench import workbench
from people.languages import Language
from people.views.reader import whoever

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Write = Callable[[list[Standing], Language], bytes]
PO = "text/x-gettext-translation"
TOLD = 500  # problems on one page; whoever has more mends these first


def _open_rows(there: list[Standing]) -> list[rows.Row]:
    return rows.rows(there)


def _all_rows(there: list[Standing]) -> list[rows.Row]:
    return rows.rows(there, everything=True)


# What can be downloaded: its media type and who writes it.
FILES: Mapping[str, tuple[str, Write]] = {
    "open.xlsx": (XLSX, lambda there, tongue: xlsx.write(_open_rows(there), tongue)),
    "all.xlsx": (XLSX, lambda there, tongue: xlsx.write(_all_rows(there), tongue)),
    "open.po": (PO, lambda there, tongue: po.write(_open_rows(there), tongue)),
    "all.po": (PO, lambda there, tongue: po.write(_all_rows(there), tongue)),
    "review.xlsx": (XLSX, review.write),
}


def _tongue(code: str) -> Language:
    """A language that is translated into. Raises Http404."""
    tongue = known(code)
    if tongue.code == SOURCE:
        raise Http404
    return tongue


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_text", raise_exception=True)
def sheets(request: HttpRequest, language: str) -> HttpResponse:
    """Download what is to be done; bring back what was done and see first what it would change."""
    tongue, staff = _tongue(language), whoever(request)
    if request.method == "POST" and not staff.has_perm(WRITE):
        raise PermissionDenied
    there = translating.standings(language, staff.countries)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        bench = workbench(timezone.now())
        looked = intake.look(form.cleaned_data["file"].read(), there, bench, language)
        reader = form.cleaned_data["reader"].strip()
        if looked.review and not reader:
            form.add_error("reader", _("This is a reviewer's sheet: say who read it."))
        else:
            return _preview(request, looked, reader, tongue)
    context = {**named(tongue), "form": form, "open": _open(there), "all": len(there)}
    status = 422 if form.errors else 200
    return render(request, "campaigns/exchange.html", context, status=status)


def _open(there: list[Standing]) -> int:
    return sum(row.state in translating.OPEN for row in there)


def _preview(request: HttpRequest, looked: Looked, reader: str, tongue: Language) -> HttpResponse:
    """What the sheet would change, or all that is wrong with it; larger than a form may be is said too."""
    parcel = intake.pack(looked, reader, language=tongue.code, by=whoever(request))
    large = len(parcel) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) * 9 // 10
    context = {
        **named(tongue),
        "looked": looked,
        "changes": [_change(change) for change in looked.preview.changes],
        "faults": [(fault, label(fault.field)) for fault in looked.preview.faults[:TOLD]],
        "wrong": len(looked.preview.faults),
        "reader": reader,
        "parcel": "" if large else parcel,
        "large": large,
    }
    status = 422 if looked.preview.faults or large else 200
    return render(request, "campaigns/exchange_preview.html", context, status=status)


def _change(change: Change) -> dict[str, Any]:
    pairs = [(label(pair.field), pair) for pair in change.pairs]
    return {"item": change.item, "pairs": pairs, "new": not change.last}


@require_POST
@permission_required(WRITE, raise_exception=True)
def bring_in(request: HttpRequest, language: str) -> HttpResponse:
    """After the preview: write all of it as drafts of whoever confirms, or nothing."""
    tongue, staff, at = _tongue(language), whoever(request), timezone.now()
    try:
        parcel = intake.unpack(request.POST.get("parcel", ""), language=tongue.code, by=staff)
        drafts, reviewed = intake.bring_in(parcel, language, bench=workbench(at), by=staff, at=at)
    except BadParcel:
        messages.error(request, _("The preview is too old. Upload the sheet again."))
        return redirect("campaigns:translation-sheets", language)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem))
        return redirect("campaigns:translation-sheets", language)
    said = ngettext("{number} draft written.", "{number} drafts written.", drafts)
    messages.success(request, said.format(number=drafts))
    if reviewed:
        said = ngettext("{number} text marked as reviewed.", "{number} texts marked as reviewed.", reviewed)  # fmt: skip
        messages.success(request, said.format(number=reviewed))
    return redirect("campaigns:translation-texts", language)


@require_GET
@permission_required("campaigns.view_text", raise_exception=True)
def download(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """A workbook or a PO file of one language."""
    tongue = _tongue(language)
    if name not in FILES:
        raise Http404
    kind, write = FILES[name]
    there = translating.standings(language, whoever(request).countries)
    answer = HttpResponse(write(there, tongue), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="njia-salama-{tongue.code}-{name}"'
    return answer
