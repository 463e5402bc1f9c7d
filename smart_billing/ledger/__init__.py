"""The only place that writes invoices and receipts into the ledger (account_move*)."""
