"""The exceptions of kzg. A proof that is well formed but wrong is no error: the result is `False`."""

from typing import ClassVar


class KzgError(Exception):
    """The reason why a call has no result."""

    #: The kind of the error, in one word.
    kind: ClassVar[str] = "error"
    #: The position of the item at fault in the list that the call took, if the error names one.
    index: int | None

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.index = index

    def __reduce__(self) -> tuple[type["KzgError"], tuple[str, int | None]]:
        return type(self), (str(self), self.index)


class InputError(KzgError, ValueError):
    """An input is malformed: reject it."""

    kind = "input"


class SetupError(KzgError, ValueError):
    """The trusted setup or the backend cannot be used: correct the configuration."""

    kind = "setup"


class BusyError(KzgError):
    """There is no capacity at the moment; nothing was computed."""

    kind = "busy"


class FaultError(KzgError, RuntimeError):
    """A backend failed in a way that says nothing about the input."""

    kind = "fault"


class IoError(KzgError):
    """The machine failed, for example when a thread could not be started."""

    kind = "io"


class IntegrityError(KzgError, RuntimeError):
    """Two computations that must agree do not; the result was withheld."""

    kind = "integrity"


class DeadlineError(KzgError):
    """The deadline passed before the call had a result."""

    kind = "deadline"


class CancelledError(KzgError):
    """The caller asked to stop."""

    kind = "cancelled"
