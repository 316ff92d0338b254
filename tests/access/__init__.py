"""Who may open and change what: every address, every role, own and foreign countries."""
