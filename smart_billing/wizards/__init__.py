from . import contract_change, contract_import
