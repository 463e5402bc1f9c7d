"""The demo: a month of a subscription business, twice, on a real server.

Everything goes through Odoo's doors from outside (XML-RPC) and over SFTP to the agency's
simulator; nothing here reaches into the database.
"""
