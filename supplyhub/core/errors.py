"""Kinds of anticipated errors: each is a wish that could not be granted, with a sentence for the person.

Domain modules subclass these beside the function that raises them. `webkit.errors` holds the one table that
turns a kind into an HTTP status. Nothing here knows HTTP or translations: a message may be a lazy string.
"""


class DomainError(Exception):
    """An anticipated refusal. `message` is ready for the person; `field` names the input at fault, if any."""

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(message)
        self._message = message
        self.field = field

    @property
    def message(self) -> str:
        """The sentence for the person, translated now if it is a lazy string."""
        return str(self._message)

    def __str__(self) -> str:
        return self.message


class NotFound(DomainError):
    """The object does not exist, or is another's."""


class NotAllowed(DomainError):
    """The person may not do this."""


class Conflict(DomainError):
    """The object is in a state in which this cannot be done."""


class Invalid(DomainError):
    """The input cannot be accepted; `field` says which."""


class TooLarge(DomainError):
    """The input is over a stated limit."""


class TooMany(DomainError):
    """Too many attempts; the person may try again later."""
