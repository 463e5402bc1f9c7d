from . import test_access
from . import test_catalogue
from . import test_contract
from . import test_contract_doors
from . import test_run
from . import test_release
from . import test_tax_rounding
from . import test_tours
