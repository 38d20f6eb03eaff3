"""Everything that goes wrong, in one tree. The message is a sentence that contains the fix.

TownclerkError
├── ConfigurationError         the town's settings or files are wrong: stop and say which
├── ContentError               a topic, service or response file is wrong: stop and say where
├── TurnFailed                 one message could not be answered this time
│   ├── ActionFailed           a custom action raised
│   └── LeaseLost              another worker holds the conversation now: drop what was done
├── DeliveryError              a message of ours did not go out
│   ├── Unreachable            the provider did not answer                       (try again)
│   ├── Throttled              the provider asks us to wait `retry_after` seconds (try again)
│   ├── Rejected               the provider will never take this message
│   └── OptedOut               the citizen asked for silence
├── BackendError               a service backend did not do what was asked
│   ├── BackendUnavailable     down or slow, the request certainly did not arrive (try again)
│   ├── BackendAmbiguous       it may have arrived: look up the reference first   (try again)
│   └── BackendRefused         it understood, and said no
├── Forbidden                  a signature or token is missing or wrong
└── NotInWorker                a module was used that workers run without
"""

from __future__ import annotations


class TownclerkError(Exception):
    """Base of all; `retryable` says whether trying again, unchanged, can help."""

    retryable = False


class ConfigurationError(TownclerkError):
    """The town's settings or files are wrong."""


class ContentError(TownclerkError):
    """A topic, service or response file is wrong."""


class TurnFailed(TownclerkError):
    """One message could not be answered this time."""

    retryable = True


class ActionFailed(TurnFailed):
    """A custom action raised."""


class LeaseLost(TurnFailed):
    """Another worker holds the conversation now."""


class DeliveryError(TownclerkError):
    """A message of ours did not go out; `code` is the provider's own."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class Unreachable(DeliveryError):
    """The provider did not answer."""

    retryable = True


class Throttled(DeliveryError):
    """The provider asks us to wait."""

    retryable = True

    def __init__(self, message: str, *, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        #: Seconds; None when the provider did not say.
        self.retry_after = retry_after


class Rejected(DeliveryError):
    """The provider will never take this message."""


class OptedOut(DeliveryError):
    """The citizen asked for silence."""


class BackendError(TownclerkError):
    """A service backend did not do what was asked."""


class BackendUnavailable(BackendError):
    """Down or slow; the request certainly did not arrive."""

    retryable = True

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        #: Seconds; None when the backend did not say.
        self.retry_after = retry_after


class BackendAmbiguous(BackendError):
    """The request may have arrived: look up the reference before sending it again."""

    retryable = True


class BackendRefused(BackendError):
    """It understood, and said no."""

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        #: The town's own words to whoever reports, if it gave any: the message itself is for staff.
        self.reason = reason


class Forbidden(TownclerkError):
    """A signature or token is missing or wrong."""


class NotInWorker(TownclerkError):
    """A module was used that workers run without (bot/lean.py)."""
