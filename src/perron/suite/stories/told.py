"""A story as anybody may read it at this moment. Every product is made of this: pages, feeds, frames, previews, files.
So whatever somebody takes back is gone from all of them at once, with the transaction in which they did."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select

from perron.entities.accounts import accounts_by_id
from perron.entities.cards import card_entities
from perron.entities.fragments import content_html
from perron.entities.links import Links
from perron.entities.media import media_entity
from perron.entities.posts import posts_by_id
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import read_iso
from perron.media.queries import media_of_owner
from perron.people.model import Account
from perron.people.relations import followed_among
from perron.posts.cards import cards_as_stored
from perron.posts.visibility import ForViewer, visible_to
from perron.press import document as press
from perron.store import Db, Prepared, among
from perron.store.tables import blocks, posts
from perron.suite.stories.model import QUOTING, Item, Story
from perron.suite.stories.queries import items_of, people_of
from perron.text.sanitise import plain
from perron.text.spaces import is_french

_OPEN = ForViewer(
    lambda viewer: select(posts.c.id, posts.c.author_id, posts.c.quote_policy).where(
        among(posts.c.id), posts.c.boost_of_id.is_(None), visible_to(viewer)
    )
)
_KEEPING_AWAY = Prepared(
    select(blocks.c.owner_id).where(among(blocks.c.owner_id), blocks.c.target_id == bindparam("of_account"))
)
Entity = dict[str, Any]


def told(links: Links, db: Db, story: Story, teller: Account, locale: str) -> press.Document:
    """A story as a document, with nothing in it that not everybody may see. `locale`: the language of the server, for a
    story and a teller that say none."""
    found = items_of(db, story.id)
    person: Entity = json.decode(accounts_by_id(links, db, [teller.id])[teller.id])
    language = story.language or teller.default_language or locale
    sources = _sources(links, db, story, found)
    blocks_ = tuple(_block(links, one, sources, language) for one in found)
    return press.Document(
        title=story.title,
        subtitle=story.subtitle,
        language=language,
        authors=(_person(person),),
        published=story.published_at,
        updated=_updated(story, blocks_),
        url=links.story(teller.handle, story.id),
        cover=_picture(sources.media.get(story.cover_id or 0)),
        theme=story.theme,
        accent=story.accent,
        blocks=blocks_,
    )


def quoted_now(db: Db, story: Story, items: Sequence[Item]) -> dict[int, int]:
    """Posts that a story shows at this moment, with their authors: anybody may see them, their authors let the teller
    quote them, do not keep the teller away, and have not taken themselves out."""
    wanted = {one.post_id for one in items if one.kind in QUOTING and one.post_id}
    if not wanted:
        return {}
    rows = _OPEN.all(db, None, ids=db.id_list(wanted))
    others = {row[1] for row in rows} - {story.account_id}
    away = _away(db, story, others)
    only_followers = {author for _, author, policy in rows if policy == "followers"} - {story.account_id}
    followed = followed_among(db, story.account_id, only_followers) if only_followers else set()
    return {
        id_: author
        for id_, author, policy in rows
        if author == story.account_id
        or (author not in away and (policy == "public" or (policy == "followers" and author in followed)))
    }


def _away(db: Db, story: Story, authors: Collection[int]) -> set[int]:
    """Those who keep the teller away, or have taken themselves out of this story."""
    if not authors:
        return set()
    left = {id_ for id_, one in people_of(db, story.id).items() if one.left_at is not None}
    return left | set(db.column(_KEEPING_AWAY, ids=db.id_list([*authors]), of_account=story.account_id))


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the items of a story name, as anybody may see it, by id."""

    posts: Mapping[int, Entity]
    cards: Mapping[int, Entity]
    media: Mapping[int, Entity]


def _sources(links: Links, db: Db, story: Story, items: Sequence[Item]) -> _Sources:
    allowed = quoted_now(db, story, items)
    said = posts_by_id(links, db, [*allowed], viewer=None) if allowed else {}
    cards = cards_as_stored(db, {one.card_id for one in items if one.card_id})
    files = {one.media_id for one in items if one.media_id} | ({story.cover_id} if story.cover_id else set())
    kept = media_of_owner(db, files, owner_id=story.account_id) if files else {}
    return _Sources(
        {id_: json.decode(one) for id_, one in said.items()},
        card_entities(links, db, cards) if cards else {},
        {id_: media_entity(links, one) for id_, one in kept.items()},
    )


# -- blocks ------------------------------------------------------------------------------------------------------------


def _block(links: Links, item: Item, sources: _Sources, language: str) -> press.Block:
    body = item.body
    if item.kind in QUOTING:
        post = sources.posts.get(item.post_id or 0)
        return _post(item, post, language) if post else press.Gone(item.key)
    if item.kind == "photo":
        picture = _picture(sources.media.get(item.media_id or 0), body.get("credit", ""))
        return press.Photo(item.key, picture, body.get("caption", "")) if picture else press.Gone(item.key)
    if item.kind == "heading":
        return press.Heading(item.key, body["text"])
    if item.kind == "text":
        return press.Text(item.key, body.get("html") or content_html(links, body["text"], (), language))
    if item.kind == "quotation":
        return press.Quotation(item.key, body["text"], body.get("who", ""), body.get("url", ""))
    return _linked(item, sources.cards.get(item.card_id or 0, {}))


def _linked(item: Item, card: Entity) -> press.Block:
    """A page elsewhere: under the teller's own title, or its own; by its address while nothing is known of it."""
    body = item.body
    url, site = body["url"], str(card.get("provider_name") or body.get("site") or _host(body["url"]))
    title = body.get("title") or card.get("title") or url
    picture = _card_picture(card)
    if item.kind == "video":
        return press.Video(item.key, url, title, site, picture)
    extract = str(card.get("description") or body.get("extract", ""))
    if item.kind == "feed":
        came = read_iso(body["published"]) if body.get("published") else None
        return press.FeedItem(item.key, url, title, extract, site, picture, body.get("feed", ""), came)
    return press.Link(item.key, url, title, extract, site, picture)


def _post(item: Item, post: Entity, language: str) -> press.Post | press.Poll:
    poll, uri = _poll(item.key, post), post["uri"] if "@" in post["account"]["acct"] else ""
    if item.kind == "poll" and poll is not None:
        return replace(poll, url=post["url"], uri=uri)
    pictures = tuple(one for one in map(_picture, post["media_attachments"]) if one is not None)
    return press.Post(
        key=item.key,
        author=_person(post["account"]),
        html=post["content"],
        published=born(int(post["id"])),
        edited=read_iso(post["edited_at"]) if post["edited_at"] else None,
        url=post["url"],
        pictures=pictures,
        poll=poll,
        content_warning=post["spoiler_text"] or (_sensitive(language) if post["sensitive"] and pictures else ""),
        language=post["language"] or "",
        uri=uri,
    )


def _sensitive(language: str) -> str:
    """What a sensitive picture is covered by that has no warning of its own, in the language of the story."""
    return "Image sensible" if is_french(language) else "Sensitive picture"


def _poll(key: str, post: Entity) -> press.Poll | None:
    poll = post["poll"]
    if not poll:
        return None
    options = tuple(press.Option(one["title"], one["votes_count"]) for one in poll["options"])
    ends = read_iso(poll["expires_at"]) if poll["expires_at"] else None
    return press.Poll(key, _words(post["content"]), options, poll["voters_count"] if poll["multiple"] else None, ends)


def _picture(file: Entity | None, credit: str = "") -> press.Picture | None:
    """A picture of a file, or of the frame that stands for a clip; None for a sound, and while it is being made."""
    if file is None or file["type"] == "audio":
        return None
    url = file["url"] if file["type"] == "image" else file["preview_url"]
    if not url or file["type"] == "unknown":
        return None
    size = file["meta"].get("original" if file["type"] == "image" else "small") or {}
    return press.Picture(url, file["description"] or "", size.get("width") or 0, size.get("height") or 0, credit)


def _card_picture(card: Entity) -> press.Picture | None:
    if not card.get("image"):
        return None
    return press.Picture(card["image"], card["image_description"] or "", card["width"], card["height"])


def _person(account: Entity) -> press.Person:
    return press.Person(account["display_name"] or account["username"], account["acct"], account["url"])


def _updated(story: Story, found: Sequence[press.Block]) -> int | None:
    """When it changed last since it was published: the story itself, or a post in it."""
    edits = [one.edited for one in found if isinstance(one, press.Post) and one.edited]
    last = max([story.changed_at, *edits])
    return last if story.published_at is None or last > story.published_at else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _words(html: str) -> str:
    return " ".join(plain(html).split())
