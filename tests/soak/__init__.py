"""Random timelines against every law of the planner, thousands of them."""
