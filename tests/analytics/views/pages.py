"""What a page says, as its reader has it."""

import re

from django.http import HttpResponse


def page_of(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def alerts(answer: HttpResponse) -> list[str]:
    return re.findall(r'role="alert">([^<]*?) ?<', page_of(answer))
