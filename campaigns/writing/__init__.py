"""Writing: items and texts as people write, translate, check, carry and approve them."""
