"""Editions as plain values: content, tokens, screens, menus, compiled into one immutable whole. No tables."""
