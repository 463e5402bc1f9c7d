"""The collection services' side. Imports nothing from the addons: written from the
specification alone, so that a misreading cannot be on both sides at once."""
