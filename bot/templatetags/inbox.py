"""What the home page says of the inbox, for who may answer."""

from django import template

from bot import inbox
from people.models import Staff

register = template.Library()


@register.simple_tag
def waiting_for_a_person(staff: Staff) -> inbox.Counts | None:
    """Counts of the questions this colleague may answer; None for who answers none."""
    return inbox.counts(staff) if staff.has_perm("bot.view_wish") else None
