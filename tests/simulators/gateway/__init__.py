"""The card gateway's side: an HTTPS server with books, cards and habits of its own.

Written from the public descriptions of comparable gateways alone. Imports nothing from the addons.
"""
