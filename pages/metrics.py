"""Placeholder until the page lands."""
from recsys.ui import frame

frame.page("metrics")
