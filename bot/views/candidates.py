"""For protection officers: words that editors took for a cry for help and the rules did not hear."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bot import learning, origins
from bot.models import QuestionGroup
from campaigns.editions.problems import Refused
from people import languages
from people.views.reader import whoever


@require_GET
@never_cache
@permission_required(learning.PROTECT, raise_exception=True)
def candidates(request: HttpRequest) -> HttpResponse:
    """The words, what the rules hear in them by now, and who gave them; that they were read is on record."""
    staff, known = whoever(request), languages.known()
    rows = [
        {"one": one, "place": origins.place(one.country), "language": known.get(one.language)}
        for one in learning.candidates(staff, at=timezone.now())
    ]
    return render(request, "bot/candidates.html", {"rows": rows})


@require_POST
@permission_required("bot.change_case", raise_exception=True)
def settle(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The rules hear them by now, or it is no danger."""
    staff = whoever(request)
    get_object_or_404(learning.candidates_of(staff), pk=pk)
    try:
        learning.settle(pk, danger=name == "heard", by=staff, at=timezone.now())
    except (Refused, QuestionGroup.DoesNotExist):
        messages.info(request, _("A colleague has settled it already."))
    else:
        messages.success(request, _("Settled."))
    return redirect("bot:candidates")
