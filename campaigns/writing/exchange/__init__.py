"""Texts that go out to translators and reviewers as sheets, and come back."""
