from . import contract_change
from . import contract_import
