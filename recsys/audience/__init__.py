"""Who the users of a dataset are and what they do: every finding with its strength and the people behind it."""

from recsys.audience.finding import Finding, Segment

__all__ = ["Finding", "Segment"]
