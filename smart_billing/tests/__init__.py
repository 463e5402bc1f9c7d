from . import (
    test_access,
    test_catalogue,
    test_catalogue_facts,
    test_contract,
    test_contract_changes,
    test_contract_doors,
    test_contract_facts,
    test_release,
    test_run,
    test_tax_rounding,
    test_tours,
)
