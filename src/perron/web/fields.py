"""What a form or an app sent, and how single values are read."""

from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from perron.kit import json
from perron.kit.errors import Refused, TooLarge
from perron.kit.patience import in_time


class Fields:
    """What a form or an app sent."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        """One field; empty when it was not sent."""
        value = self._data.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """Uploaded files; those left empty are passed over."""
        return [value for value in self._data.getlist(name) if isinstance(value, UploadFile) and value.filename]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    async def close(self) -> None:
        """Let go of uploaded files."""
        await self._data.close()

    def __contains__(self, name: str) -> bool:
        return name in self._data


async def read_fields(request: Request, most: int) -> Fields:
    """The fields of a body of at most `most` bytes: a form, a form with files, or a JSON object."""
    size = request.headers.get("content-length", "")
    async with in_time(int(size) if size.isdigit() else 0):
        return await _read(request, most)


async def _read(request: Request, most: int) -> Fields:
    try:
        limited = Request(request.scope, _at_most(request, most))
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return Fields(await limited.form(max_part_size=most))
        body = await limited.body()
        if kind == "application/json" or (not kind and body.lstrip()[:1] == b"{"):
            return Fields(_from_json(body))
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000)
        return Fields(FormData([*pairs]))
    except (MultiPartException, HTTPException, ValueError):
        raise Refused("What was sent could not be read.") from None


def _from_json(body: bytes) -> FormData:
    found = json.decode(body) if body.strip() else {}
    if not isinstance(found, dict):
        raise ValueError
    pairs: list[tuple[str, str | UploadFile]] = []
    for name, value in found.items():
        each = value if isinstance(value, list) else [value]
        pairs += [(name, str(one)) for one in each if isinstance(one, str | int) and not isinstance(one, bool)]
    return FormData(pairs)


def _at_most(request: Request, most: int) -> Callable[[], Awaitable[Message]]:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise TooLarge("This is more than can be taken at once. Nothing was kept.")
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge("This is more than can be taken at once. Nothing was kept.")
        return message

    return receive


def read_id(text: str) -> int:
    """An id as a number; -1 for what cannot be one."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else -1
    return found if 0 < found < 2**63 else -1


def safe_next(path: str) -> str:
    """A path on this server, or the front page: no other host, however it is spelt."""
    if not path.startswith("/") or path[1:2] in ("/", "\\") or "\\" in path:
        return "/"
    if any(ord(char) <= 32 or ord(char) == 127 for char in path):
        return "/"
    return path
