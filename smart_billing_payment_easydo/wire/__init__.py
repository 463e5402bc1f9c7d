"""Pure: messages of the card gateway. No Odoo, no clock, no input or output.

`profile` says what one gateway wants, `xml_text` turns trees into bytes and back, `signature`
hashes leaf values, `cipher` encrypts fields, `message` puts them together, `operations` are the
gateway's calls, `answers` what it says, `card_files` its files.
"""
