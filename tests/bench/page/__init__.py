"""docs/performance.md: what was measured on one machine, kept as lines and written from them."""
