"""Emojis of this server: small pictures that people write by name, as `:tada:`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import Event, emit
from perron.kit import json
from perron.kit.errors import Invalid, NotFound, TooLarge
from perron.kit.ids import new_id
from perron.kit.later import later
from perron.kit.settings import Settings
from perron.media.kinds import GIF, PNG, WEBP, kind_of
from perron.media.places import files_in
from perron.store import Db, Prepared, Tx, among_texts, insert
from perron.store.tables import emojis

with later(__name__):
    from perron.media.images import read_image

MOST_BYTES = 256 * 1024
LONGEST_CATEGORY = 50
_SHORTCODE = re.compile(r"[A-Za-z0-9_]{2,30}", re.ASCII)

_COLUMNS = (emojis.c.id, emojis.c.shortcode, emojis.c.file, emojis.c.category, emojis.c.visible)
_ALL = Prepared(select(*_COLUMNS).where(emojis.c.domain == "").order_by(emojis.c.category, emojis.c.shortcode))
_NAMED = Prepared(select(*_COLUMNS).where(emojis.c.domain == "", among_texts(emojis.c.shortcode)))
_ONE = Prepared(select(*_COLUMNS).where(emojis.c.id == bindparam("wanted"), emojis.c.domain == ""))
_ADD = insert(emojis, "id", "shortcode", "domain", "file", "category", "visible")
_CHANGE = Prepared(
    update(emojis)
    .where(emojis.c.id == bindparam("wanted"))
    .values(category=bindparam("among_these"), visible=bindparam("offered"))
)
_REMOVE = Prepared(delete(emojis).where(emojis.c.id == bindparam("wanted")))


class Emoji(NamedTuple):
    """One picture and its name. `visible`: it is offered to those who write; else it is shown where it was written."""

    id: int
    shortcode: str
    file: str
    category: str
    visible: bool


@dataclass(frozen=True)
class EmojiChanged(Event):
    """From now on a name stands for a picture, or no longer does."""

    shortcode: str


def all_emojis(db: Db) -> list[Emoji]:
    """Every emoji of this server."""
    return [Emoji(*row) for row in db.all(_ALL)]


def visible_emojis(db: Db) -> list[Emoji]:
    """The emojis that people here may choose."""
    return [one for one in all_emojis(db) if one.visible]


def emojis_called(db: Db, shortcodes: Collection[str]) -> dict[str, Emoji]:
    """Those among these names that stand for a picture."""
    if not shortcodes:
        return {}
    return {row[1]: Emoji(*row) for row in db.all(_NAMED, texts=json.encode_text([*shortcodes]))}


def emoji_as_stored(db: Db, emoji_id: int) -> Emoji:
    """One emoji, offered or not."""
    row = db.one(_ONE, wanted=emoji_id)
    if row is None:
        raise NotFound
    return Emoji(*row)


def accept_emoji(data: bytes, *, settings: Settings) -> str:
    """Read and keep the picture of an emoji; its key."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"The picture of an emoji has at most {MOST_BYTES // 1024} kB.")
    if kind_of(data) not in (PNG, GIF, WEBP):
        raise Invalid("The picture of an emoji is a PNG, a GIF or a WebP.")
    picture = read_image(data, max_pixels=settings.image_max_pixels)
    return files_in(settings).put(picture.file.data, picture.file.ext)


def read_shortcode(text: str) -> str:
    """The name of an emoji, without colons."""
    text = text.strip().removeprefix(":").removesuffix(":")
    if not _SHORTCODE.fullmatch(text):
        raise Invalid("The name of an emoji has 2 to 30 letters without accents, digits and underscores.")
    return text


def add_emoji(tx: Tx, shortcode: str, file: str, category: str = "") -> Emoji:
    """Let a name stand for a picture, in what was written before, too."""
    made = Emoji(new_id(), read_shortcode(shortcode), file, read_category(category), True)
    if emojis_called(tx, [made.shortcode]):
        raise Invalid("There is an emoji of this name already.")

    tx.run(_ADD, domain="", **made._asdict())
    emit(tx, EmojiChanged(made.shortcode))
    return made


def change_emoji(tx: Tx, emoji_id: int, *, category: str, visible: bool) -> None:
    """Put an emoji into another category; offer it, or do so no more."""
    tx.run(_CHANGE, wanted=emoji_id, among_these=read_category(category), offered=visible)


def remove_emoji(tx: Tx, emoji_id: int) -> Emoji:
    """Let a name be nothing but a name again; its picture is cleared away with what nobody uses."""
    before = emoji_as_stored(tx, emoji_id)

    tx.run(_REMOVE, wanted=emoji_id)
    emit(tx, EmojiChanged(before.shortcode))
    return before


def read_category(text: str) -> str:
    """A category: one line."""
    text = " ".join(text.split())
    if len(text) > LONGEST_CATEGORY:
        raise Invalid(f"A category has at most {LONGEST_CATEGORY} characters.")
    return text
