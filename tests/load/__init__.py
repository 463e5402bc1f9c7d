"""Benchmarks: what the product does in a second, and how that grows."""
