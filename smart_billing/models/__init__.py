# Before the models that inherit it.
from . import state_mixin  # isort: skip

from . import (
    account,
    account_move,
    account_move_line,
    account_tax,
    charge,
    charge_step,
    collection_batch,
    collection_request,
    contract,
    contract_api,
    contract_event,
    item,
    payment_provider,
    plan,
    plan_version,
    product_template,
    receipt,
    receipt_file,
    res_company,
    res_config_settings,
    run,
    sale_order,
    transfer,
)
