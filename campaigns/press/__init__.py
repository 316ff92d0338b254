"""The press: from the tables to a published edition on the shelf, what it changes, and the way back."""
