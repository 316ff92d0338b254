"""Proofs: the numbers and figures that texts rest on, who vouches for them, and until when."""
