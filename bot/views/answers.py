"""What a colleague answered meanwhile, on the chat page that asked: once, while that page is open."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bot import answering
from bot.conversation import desk
from bot.views import visits
from people import identity


@csrf_exempt  # the page's own signed visit is the proof, as for a message
@require_POST
@never_cache
@login_not_required
def answers(request: HttpRequest) -> HttpResponse:
    """The page asks every few seconds, and so the conversation goes on while it is open.

    Of a conversation that was left or is over nothing is shown to whoever holds the phone then. Where the
    database is away there is nothing yet.
    """
    visit = visits.posted(request)
    if visit is None:
        return HttpResponse(status=204)
    address, memory = f"web:{visit.who}", desk().memory
    token = identity.token(address)
    state = memory.get(token)
    if not state.thread:
        return HttpResponse(status=204)
    memory.put(token, state)
    found = _waiting((token, *identity.former_tokens(address)))
    context = {"answers": found, "language": state.language}
    return render(request, "bot/answers.html", context) if found else HttpResponse(status=204)


def _waiting(tokens: tuple[str, ...]) -> list[str]:
    try:
        with transaction.atomic():
            return answering.waiting(tokens, at=timezone.now())
    except Error:
        return []
