"""The few ways a request can be refused. The message is a sentence a person may read; doors turn it into an answer."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class Refused(Exception):
    """Not now, or not like this. `place`: which of several things that came together, from 0."""

    status = 400
    place = 0


class Invalid(Refused):
    """What was sent cannot be accepted as it is."""

    status = 422


class NotFound(Refused):
    """Not there, or not for this viewer to see: the two are told apart by nobody."""

    status = 404

    def __init__(self, message: str = "Record not found") -> None:
        super().__init__(message)


class NotAllowed(Refused):
    """Known, but not permitted."""

    status = 403


class NotSignedIn(Refused):
    """A valid access token is needed."""

    status = 401

    def __init__(self, message: str = "The access token is invalid") -> None:
        super().__init__(message)


class TooMany(Refused):
    """A limit was reached; `retry_after` seconds help the caller to come back."""

    status = 429

    def __init__(self, message: str, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooLarge(Refused):
    """More bytes than this server takes."""

    status = 413


class Unavailable(Refused):
    """The server cannot do it at the moment; nothing was changed."""

    status = 503

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoRoom(Refused):
    """The disk is full; nothing was changed."""

    status = 507
    retry_after = 30

    def __init__(self) -> None:
        super().__init__("There is no room left on this server's disk. Nothing was changed; please try again later.")


def is_full(wrong: BaseException) -> bool:
    """Whether something went wrong because a disk (or somebody's share of it) is full, of bytes or of files."""
    return isinstance(wrong, OSError) and wrong.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def room_needed() -> Iterator[None]:
    """Work that writes to a disk: NoRoom where that is full."""
    try:
        yield
    except OSError as wrong:
        if is_full(wrong):
            raise NoRoom from wrong
        raise
