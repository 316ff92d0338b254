"""Walks through the pages with a real browser; skipped where playwright or chromium is missing (`make walk`)."""
