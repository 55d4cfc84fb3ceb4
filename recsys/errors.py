"""Every error a person can cause, each with what came, what was expected and what to do."""


class RecsysError(Exception):
    """Base of the domain's errors: its text is safe and useful to show to a visitor."""


class DataError(RecsysError):
    """A file, table or column is not what a loader needs."""


class UnknownIdError(RecsysError):
    """An item, user, dataset, model or encoder of that name does not exist here."""


class NotFittedError(RecsysError):
    """A model was asked for scores before ``fit``."""

    def __init__(self, model: object) -> None:
        super().__init__(f"{type(model).__name__} has not seen any data yet: call fit(data) first")


class MissingDependencyError(RecsysError):
    """An optional package is not installed."""

    def __init__(self, package: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs the package {package}: pip install {package}")


class EncoderError(RecsysError):
    """An encoder cannot be loaded; the message names the reason and the receipt repeats it."""


class RuleError(RecsysError, ValueError):
    """A line of business rules cannot be read; the message names the line."""


class StorageError(RecsysError):
    """The event log cannot be written or read."""


class WriterError(RecsysError):
    """A writer of words gave nothing usable; the message says why and the receipt repeats it."""
