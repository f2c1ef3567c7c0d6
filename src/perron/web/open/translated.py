"""A post in the reader's language, by the server that the owner chose for translating."""

import asyncio
from typing import Any

from starlette.responses import Response

from perron.entities.translations import ToTranslate, to_translate, translated
from perron.kit.errors import NotFound
from perron.store import Db
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity, posts_shown
from perron.web.visit import Visit


async def translate(visit: Visit, fields: Fields) -> Response:
    """Show a post in the language of the page, above what its author wrote."""
    visit.must_sign_in()
    post_id = read_id(visit.path["id"])

    def read(db: Db) -> tuple[ToTranslate, list[Entity]]:
        words = to_translate(visit.links, db, post_id, viewer=visit.reader_id)
        return words, posts_shown(visit, db, [words.post_id])

    words, posts = await visit.read(read)
    if not posts:
        raise NotFound
    told: Any = await asyncio.to_thread(translated, visit.settings, words, visit.locale)
    return visit.show("open/translated.html", cache_control="no-store", post=posts[0], told=told)
