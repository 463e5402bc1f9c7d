from . import (
    test_calendar,
    test_checks,
    test_mandate,
    test_profile,
    test_provider,
    test_residual,
    test_results,
    test_sending,
    test_slip_paper,
    test_token,
)
