"""Statuses in other languages, where the owner chose a server that translates."""

import asyncio
from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.shapes.common import Language
from perron.entities.shapes.translations import Translation
from perron.entities.translations import ToTranslate, to_translate, translated
from perron.kit.errors import Invalid
from perron.people.users import user_as_stored
from perron.posts.translate import languages
from perron.store import Db
from perron.text.language import is_language

MOST, HALF_AN_HOUR = 100, 1800


class Into(TypedDict, total=False):
    """Into which language."""

    lang: Annotated[Language, Meta(description="The reader's own when not given.")]


@speaks(Translation, takes=Into)
async def translate(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/translate"""
    words, into = await call.read(lambda db: _asked(call, db))
    call.limit("translate", MOST, HALF_AN_HOUR)
    return await asyncio.to_thread(translated, call.settings, words, into)


def _asked(call: Call, db: Db) -> tuple[ToTranslate, str]:
    into = call.params.text("lang")
    if into and not is_language(into):
        raise Invalid("Validation failed: Lang is not a language code such as fr or en")
    reader = call.viewer.user_id if call.viewer else None
    own = user_as_stored(db, reader).locale if reader else ""
    words = to_translate(call.links, db, call.id, viewer=call.my_id)
    return words, into or own or call.settings.locale


@speaks(dict[str, list[str]])
async def show_languages(call: Call) -> Answer:
    """GET /api/v1/instance/translation_languages: from which into which others; `und`: from one that is not known."""
    found = await asyncio.to_thread(languages, call.settings)
    return {"und" if code == "auto" else code: [*targets] for code, targets in found.items()}
