"""Which business a dataset is: its goal, its policy and its facts, read from the one file in its folder."""

from recsys.scenarios.scenario import Rule, Scenario, scenario_of

__all__ = ["Rule", "Scenario", "scenario_of"]
