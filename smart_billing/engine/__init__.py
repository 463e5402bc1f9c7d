"""Between rows and values: sets of database rows <-> the planner's facts and due items.

`facts` reads, `items` writes what is billed, `release` frees what is not billed any more,
`invoices` turns due items into drafts for the ledger, `preview` answers "what comes next".
"""
