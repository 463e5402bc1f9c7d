"""Kill, cut, repeat, run twice at once: then count (障害試験)."""
