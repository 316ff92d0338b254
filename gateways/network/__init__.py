"""The simulated phone network: an HTTP process that speaks Africa's Talking's wire both ways.

It accepts bulk SMS, delivers to simulated handsets, posts receipts, dials USSD and sends SMS, and
misbehaves on demand. What it accepted it writes down before it answers: its record is the judge of
whether anything was lost or sent twice. Run it with `python -m gateways.network --port N`.
"""
