"""What holds for every timeline, on a few hundred of them; `make soak` tries thousands."""
import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.planner_cases import cases
from tests.unit.planner_laws import LAWS, Trial

# Seventeen for each of a dozen laws are two hundred timelines.
few = settings(max_examples=17, deadline=None, derandomize=True, database=None,
               suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize('law', LAWS, ids=lambda law: law.__name__)
def test_law(law):
    few(given(cases())(lambda case: law(Trial(case))))()
