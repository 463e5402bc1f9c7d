"""Billing scenarios: the project's own copies, their reader, and the runner for any folder."""
