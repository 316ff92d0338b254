"""The own password once more, before something of the own account changes: a browser left open is not enough."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.forms import ValidationError
from django.http import HttpRequest

from analytics.dressing import dress
from people.views.reader import whoever


def is_own_password(request: HttpRequest, given: str) -> bool:
    """Wrong ones count as when signing in, and after as many nobody is asked any more (django-axes)."""
    name = whoever(request).get_username()
    return authenticate(request, username=name, password=given) == request.user


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self.request = request
        dress(self)

    def clean_old_password(self) -> str:
        given: str = self.cleaned_data["old_password"]
        if not is_own_password(self.request, given):
            wrong = self.error_messages["password_incorrect"]
            raise ValidationError(wrong, code="password_incorrect")
        return given
