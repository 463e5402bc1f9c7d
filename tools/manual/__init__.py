"""Pages of the manual that are made from a running database, so that they stay true."""
