"""How RapidPro knows us and our messages, and what the network says of one."""

from django.utils import timezone

from campaigns.blasts import receipts
from campaigns.models import Reply
from campaigns.replies import external
from people import identity
from tests.doors import PHONE
from tests.journal.lines import write

SECRET = "external-external-external"
CHANNEL, NAME = "11111111-2222-3333-4444-555555555555", "0199aaaa-0000-7000-8000-000000000001"


def receipt(status: str) -> None:
    """The network's receipt of the message it took, as its hook journals it."""
    ranks = {"Buffered": 40, "AbsentSubscriber": 50, "Failed": 52, "Success": 60}
    reference, token = Reply.objects.get().reference, identity.token(f"tel:{PHONE}")
    told = {"at": timezone.now().timestamp(), "g": "sim", "id": reference, "t": token}
    told |= {"n": "63902", "status": status, "rank": ranks[status], "reason": ""}
    write("receipt", told)
    receipts.fold_receipts()
    external.tell()
