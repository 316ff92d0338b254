"""The wiring of the product, and which release it is (CHANGELOG.md)."""

__version__ = "0.9.0"
