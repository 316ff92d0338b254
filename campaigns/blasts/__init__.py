"""Blasts: from an audience and a plan to deliveries, receipts and what they cost."""
