"""Addresses of everything that can be shown."""

import zlib
from urllib.parse import quote

from perron.kit.settings import Settings

FORMAT = 7
"""Counted up when what a fragment holds changes; stored fragments of another format are made anew."""


class Links:
    """Addresses on this server. `stamp` tells fragments made for another address or format from current ones."""

    def __init__(self, settings: Settings) -> None:
        self.origin = settings.public_origin
        self.domain = settings.domain
        self.streaming = settings.streaming_origin
        self.stamp = zlib.crc32(f"{FORMAT} {self.origin}".encode()) & 0x7FFFFFFF
        self.tag_prefix = f"{self.origin}/tags/"

    def account(self, handle: str) -> str:
        """An account's page."""
        return f"{self.origin}/@{handle}"

    def account_uri(self, account_id: int) -> str:
        """An account's name for other servers; it survives a change of username."""
        return f"{self.origin}/ap/accounts/{account_id}"

    def post(self, handle: str, post_id: int) -> str:
        """A post's page."""
        return f"{self.origin}/@{handle}/{post_id}"

    def post_uri(self, post_id: int) -> str:
        """A post's name for other servers."""
        return f"{self.origin}/ap/posts/{post_id}"

    def tag(self, key: str) -> str:
        """A tag's page."""
        return self.tag_prefix + quote(key)

    def tagged(self, handle: str, key: str) -> str:
        """What an account has written under a tag."""
        return f"{self.account(handle)}/tagged/{quote(key)}"

    def collection(self, handle: str, collection_id: int) -> str:
        """A collection's page."""
        return f"{self.account(handle)}/collections/{collection_id}"

    def collection_uri(self, account_id: int, collection_id: int) -> str:
        """A collection's name for other servers."""
        return f"{self.account_uri(account_id)}/collections/{collection_id}"

    def story(self, handle: str, story_id: int) -> str:
        """A story's page."""
        return f"{self.account(handle)}/stories/{story_id}"

    def file(self, key: str) -> str:
        """A kept file."""
        return f"{self.origin}/media/{key}"

    def avatar(self, key: str, handle: str) -> str:
        """An account's picture (or a frame of it, by the key of that), or the one drawn from its handle."""
        return self.file(key) if key else f"{self.origin}/avatars/{quote(handle)}.png"

    def header(self, key: str, handle: str) -> str:
        """An account's wide picture, or the one drawn from its handle."""
        return self.file(key) if key else f"{self.origin}/headers/{quote(handle)}.png"
