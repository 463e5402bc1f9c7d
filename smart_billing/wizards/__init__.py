# Before the wizards that inherit it.
from . import csv_import  # isort: skip

from . import (
    account_move_reversal,
    bill_anyway,
    contract_change,
    contract_import,
    one_off_import,
    plan_revision,
    plan_revision_line,
    simulation,
    simulation_rows,
    usage_correction,
)
