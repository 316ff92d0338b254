"""Single SMS that somebody asked for: the answer to an SMS, the text of a USSD screen. One way to send them."""
