"""Taking the questions of a demonstration away again, and groups that then hold none."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bot import grouping
from bot.models import Case, Question


def unmake(begin: datetime, end: datetime) -> Mapping[str, int]:
    """Remove what was asked and heard in [begin, end); questions by word."""
    with transaction.atomic():
        questions = Question.objects.filter(asked_at__gte=begin, asked_at__lt=end).delete()[0]
        Case.objects.filter(heard_at__gte=begin, heard_at__lt=end).delete()
        grouping.clear()
    return {"questions": questions}
