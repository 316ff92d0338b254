"""The tables of campaigns: what we say (content), and its sending (blasts, deliveries, answers)."""

from campaigns.models.blasts import (
    Audience,
    AudienceMember,
    Blast,
    BlastText,
    Campaign,
    Notice,
    Price,
)
from campaigns.models.content import (
    Alert,
    Component,
    ContentItem,
    Edition,
    Fact,
    Publication,
    Referral,
    Sort,
    Source,
    Status,
    Text,
)
from campaigns.models.deliveries import (
    Chunk,
    Delivery,
    DeliveryResult,
    Fate,
    HeldOut,
    ReceiptRow,
    Reply,
)
from campaigns.models.proofs import Proof
from campaigns.models.replies import Answer, Forward
from campaigns.models.series import Occasion, Occurrence, Series
from campaigns.models.sums import Balance, Tally
from campaigns.models.understood import Understood

__all__ = [
    "Alert",
    "Answer",
    "Audience",
    "AudienceMember",
    "Balance",
    "Blast",
    "BlastText",
    "Campaign",
    "Chunk",
    "Component",
    "ContentItem",
    "Delivery",
    "DeliveryResult",
    "Edition",
    "Fact",
    "Fate",
    "Forward",
    "HeldOut",
    "Notice",
    "Occasion",
    "Occurrence",
    "Price",
    "Proof",
    "Publication",
    "ReceiptRow",
    "Referral",
    "Reply",
    "Series",
    "Sort",
    "Source",
    "Status",
    "Tally",
    "Text",
    "Understood",
]
