from . import test_e_invoice
