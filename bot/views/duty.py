"""The hours in which a protection officer is on duty, put down by the officer."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bot import alerting, sentences
from people.views.reader import whoever


@require_http_methods(["GET", "POST"])
@never_cache
@permission_required("bot.view_case", raise_exception=True)
def duty(request: HttpRequest) -> HttpResponse:
    """Seven days, each with the hour of begin and end; empty ones are free."""
    staff, status = whoever(request), 200
    if request.method == "POST":
        try:
            alerting.put_down(staff, _wanted(request.POST))
        except ValueError:
            status = 422
            messages.error(request, _("A day needs both hours, the end later than the begin."))
        else:
            messages.success(request, _("Your hours are put down."))
            return redirect("bot:duty")
    hours = alerting.hours(staff)
    days = [(day, name, *hours.get(day, ("", ""))) for day, name in sentences.days()]
    context = {"days": days, "mail": bool(staff.email)}
    return render(request, "bot/duty.html", context, status=status)


def _wanted(form: QueryDict) -> dict[int, tuple[int, int]]:
    """Raises ValueError where one of two hours is missing, or is no number."""
    found = {}
    for day, _name in sentences.days():
        begins, ends = (form.get(f"{name}-{day}", "").strip() for name in ("begins", "ends"))
        if begins or ends:
            found[day] = (int(begins), int(ends))
    return found
