"""A blast's page, and its buttons."""

from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.models import Blast

HTMX = {"HX-Request": "true"}
State = Blast.State


def page(pk):
    return reverse("campaigns:blast", args=[pk])


def press(client, blast, name):
    """The state after pressing, and what was said."""
    answer = client.post(reverse("campaigns:blast-step", args=[blast.pk, name]))
    assert (answer.status_code, answer.url) == (302, page(blast.pk))
    said = [(one.level_tag, str(one)) for one in get_messages(answer.wsgi_request)]
    blast.refresh_from_db()
    return blast.state, said[-1]
