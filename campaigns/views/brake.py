"""The kill switch on the page of blasts: everything of a country or a campaign ends with one press."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from campaigns.blasts import brake, permits
from people.views.reader import whoever


@require_POST
@permission_required("campaigns.view_blast", raise_exception=True)
def stop_all(request: HttpRequest) -> HttpResponse:
    """`scope` as the page offers it, "country:KE"; the rule itself checks who may."""
    kind, _colon, code = request.POST.get("scope", "").partition(":")
    told = {kind: code} if kind in ("country", "campaign") else {}
    try:
        stopped = brake.stop_all(by=whoever(request), at=timezone.now(), **told)
    except permits.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:blasts")
    n = len(stopped.blasts)
    said = ngettext("%(n)d blast was stopped for good.", "%(n)d blasts were stopped for good.", n)
    messages.success(request, said % {"n": n})
    if stopped.others:
        said = gettext("Blasts that also go to countries you do not work for go on: %(numbers)s.")
        messages.warning(request, said % {"numbers": ", ".join(map(str, stopped.others))})
    return redirect("campaigns:blasts")
