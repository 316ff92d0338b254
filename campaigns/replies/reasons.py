"""Why a single SMS was not sent, as words of the reader's language."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy

from campaigns.blasts.reasons import REASONS, Words

NOT_SENT: Words = MappingProxyType(
    {
        **REASONS,
        "again": gettext_lazy("the number had the same text within ten minutes"),
        "enough": gettext_lazy("the number had three texts within a day"),
        "erased": gettext_lazy("asked to be forgotten before it was sent"),
        "too-many": gettext_lazy("the number writes without end"),
        "too-old": gettext_lazy("it could not be sent within half an hour"),
        "no-gateway": gettext_lazy("its gateway is not set up any more"),
    }
)
