"""Between rows and values: sets of database rows <-> the planner's facts and due items.

`facts` and `catalogue` read, `items` writes what is billed, `release` frees what is not billed any
more, `drafts` turns due items into invoices for the ledger, `preview` answers "what comes next".
"""
