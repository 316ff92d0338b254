"""Hop against two USSD programs of the package index, serving the same four screens."""
