"""Stories as programs read them."""

from collections.abc import Sequence
from typing import Any, cast

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.posts import posts_by_id
from perron.entities.shapes.accounts import Account as AccountShape
from perron.entities.shapes.stories import (
    Around,
    Likely,
    StatusStories,
    StoryFigures,
    StoryGains,
    StoryItem,
    StoryPerson,
    StoryRival,
    StorySide,
    StoryStep,
    WholeStory,
)
from perron.entities.shapes.stories import Clip as ClipShape
from perron.entities.shapes.stories import Story as StoryShape
from perron.entities.shapes.stories import StorySeat as SeatShape
from perron.entities.shapes.stories import StoryWork as WorkShape
from perron.kit import json
from perron.kit.estimates import Share
from perron.kit.ids import born
from perron.kit.time import SECOND, iso, now
from perron.media.queries import media_of_owner
from perron.people.members import persons_of
from perron.people.model import Account, Viewer
from perron.store import Db
from perron.suite.stories.comments import Talk, comments_now, talks_of
from perron.suite.stories.consent import allows, quoted_in
from perron.suite.stories.figures import Figures, Step
from perron.suite.stories.gains import Gains, Span
from perron.suite.stories.inclusions import Inclusion, Inclusions
from perron.suite.stories.model import QUOTING, Clip, Item, Story
from perron.suite.stories.queries import items_of, people_of
from perron.suite.stories.rival import SIDES, Rival, Side, compare, turn_at
from perron.suite.stories.seats import Seat
from perron.suite.stories.told import quoted_now
from perron.suite.stories.works import IMPORT, Work


def story_entities(links: Links, db: Db, teller: Account, stories: Sequence[Story]) -> list[StoryShape]:
    """Stories of one account, without their items."""
    account: AccountShape = json.decode(accounts_by_id(links, db, [teller.id])[teller.id])
    covers = {one.cover_id for one in stories if one.cover_id}
    files = media_of_owner(db, covers, owner_id=teller.id) if covers else {}
    talks = talks_of(db, stories)
    return [
        _story(links, teller, account, one, _cover(links, files.get(one.cover_id or 0)), talks.get(one.post_id or 0))
        for one in stories
    ]


def whole_story(links: Links, db: Db, teller: Account, story: Story) -> WholeStory:
    """A story with its items. What was taken back says nothing but that, to its teller too."""
    (head,) = story_entities(links, db, teller, [story])
    items = items_of(db, story.id)
    shown = quoted_now(db, story, items)
    return {**head, "items": [_item(one, shown) for one in items]}


def _story(
    links: Links, teller: Account, account: AccountShape, one: Story, cover: str | None, talk: Talk | None
) -> StoryShape:
    may = comments_now(one)
    return {
        "id": str(one.id),
        "title": one.title,
        "subtitle": one.subtitle,
        "language": one.language,
        "theme": one.theme,
        "accent": one.accent,
        "cover": cover,
        "comments": one.comments,  # type: ignore[typeddict-item]
        "comments_days": one.comments_days,
        "comments_now": may.who,  # type: ignore[typeddict-item]
        "comments_until": iso(may.until) if may.until else None,
        "comments_count": talk.answers if talk else 0,
        "status_id": str(talk.post_id) if talk else None,
        "state": one.state,  # type: ignore[typeddict-item]
        "url": links.story(teller.handle, one.id),
        "account": account,
        "items_count": one.items_count,
        "version": one.version,
        "created_at": iso(born(one.id)),
        "changed_at": iso(one.changed_at),
        "published_at": iso(one.published_at) if one.published_at else None,
    }


def _cover(links: Links, file: Any) -> str | None:
    return links.file(file.file) if file is not None and file.state == "ready" else None


def item_entity(db: Db, story: Story, item: Item) -> StoryItem:
    """One item."""
    return _item(item, quoted_now(db, story, [item]))


def _item(item: Item, shown: dict[int, int]) -> StoryItem:
    gone = item.kind in QUOTING and item.post_id not in shown
    named: dict[str, str] = {}
    if item.kind in QUOTING and not gone:
        named["post_id"] = str(item.post_id)
    if item.media_id:
        named["media_id"] = str(item.media_id)
    said: Any = {"id": str(item.id), "type": item.kind, "version": item.version, "gone": gone}
    return cast(StoryItem, {**said, **item.body, **named})


def people_entities(links: Links, db: Db, story: Story) -> list[StoryPerson]:
    """Who is quoted in a story, what they allow, and what they were told and decided."""
    known, policies = people_of(db, story.id), allows(db, story)
    shown = quoted_in(db, story)
    left = [id_ for id_, one in known.items() if one.left_at is not None and id_ not in shown]
    ids = [one for one in (*shown, *left) if one != story.account_id]
    accounts = accounts_by_id(links, db, ids) if ids else {}
    return [
        _person(json.decode(accounts[id_]), known.get(id_), policies.get(id_, "public"))
        for id_ in ids
        if id_ in accounts
    ]


def _person(account: AccountShape, one: Any, policy: str) -> StoryPerson:
    return {
        "account": account,
        "allows": policy,  # type: ignore[typeddict-item]
        "told_at": iso(one.told_at) if one and one.told_at else None,
        "left": bool(one and one.left_at),
        "named_at": iso(one.named_at) if one and one.named_at else None,
    }


def figures_entity(found: Figures) -> StoryFigures:
    """How a story is read."""
    plain = ("views", "quiet", "frames", "machines", "told", "clicks", "shares", "comments", "follows")
    counts: Any = {name: getattr(found, name) for name in plain}
    said: Any = {
        **counts,
        "readers_least": found.least,
        "readers_most": found.most,
        "finished": _likely(found.finished),
        "followers": _around(found.followers),
        "days": [{"day": iso(one.at), "views": one.views, "readers": one.readers} for one in found.days],
        "items": [_step(one) for one in found.steps],
    }
    return cast(StoryFigures, said)


def gains_entity(gains: Gains, steps: Sequence[Step]) -> StoryGains:
    """What a story brought somebody whom it quotes."""
    mine = [one for one in steps if one.item.id in gains.items]
    first = max(mine, key=lambda one: one.reached, default=None)
    return {
        "item_ids": [str(one) for one in gains.items],
        "reached": first.reached if first else 0,
        "share": _likely(first.share) if first else None,
        "clicks": sum(one.clicks for one in mine),
        "followers": _around(gains.followers),
        "statuses": [
            {"status_id": str(one.post_id), "item_id": str(one.item_id), "marks": _around(one.marks)}
            for one in gains.posts
        ],
    }


def inclusions_entity(links: Links, db: Db, found: Inclusions) -> StatusStories:
    """Which stories show a post, and what it met with around each."""
    by_teller: dict[int, list[Inclusion]] = {}
    for one in found.stories:
        by_teller.setdefault(one.teller.id, []).append(one)
    told = {
        shape["id"]: shape
        for mine in by_teller.values()
        for shape in story_entities(links, db, mine[0].teller, [one.story for one in mine])
    }
    rows: Any = [
        {"story": told[str(one.story.id)], "marks": _around(one.marks) if one.marks else None} for one in found.stories
    ]
    return {"count": found.number, "more": found.more, "stories": rows}


def rival_entity(links: Links, db: Db, story: Story, rival: Rival) -> StoryRival:
    """Two titles or covers of a story, and what readers did with each. Covers are shown while it is not
    settled."""
    found = compare(rival)
    covers = [one for one in (story.cover_id, rival.cover_id) if one and rival.runs]
    files = media_of_owner(db, covers, owner_id=story.account_id) if covers else {}
    first = _cover(links, files.get(story.cover_id or 0))
    other = _cover(links, files.get(rival.cover_id or 0)) if rival.cover_id else first
    said: Any = {
        "now": SIDES[turn_at(rival, now())],
        "began_at": iso(rival.began_at),
        "ended_at": iso(rival.ended_at) if rival.ended_at else None,
        "kept": rival.kept or None,
        "first": _side(rival.was or story.title, first, found.sides[0]),
        "other": _side(rival.title or rival.was or story.title, other, found.sides[1]),
        "opened": found.opened,
        "read": found.finished,
    }
    return cast(StoryRival, said)


def _side(title: str, cover: str | None, one: Side) -> StorySide:
    counts = {"shown": one.shown // SECOND, "readers": one.readers, "told": one.told}
    said: Any = {"title": title, "cover": cover, **counts, "finished": _likely(one.finished)}
    return cast(StorySide, said)


def _step(one: Step) -> StoryStep:
    said: Any = {"id": str(one.item.id), "type": one.item.kind, "share": _likely(one.share)}
    return cast(StoryStep, {**said, "reached": one.reached, "stopped": one.stopped, "clicks": one.clicks})


def _likely(share: Share | None) -> Likely | None:
    return {name: round(part, 4) for name, part in share._asdict().items()} if share else None  # type: ignore[return-value]


def _around(span: Span) -> Around:
    return {"days": span.days, "before": span.before, "after": span.after, "likely": span.likely}


def seat_entities(links: Links, db: Db, seats: Sequence[Seat]) -> list[SeatShape]:
    """Who is at a desk, by the accounts under which they are known."""
    known = persons_of(db, [one.user_id for one in seats]) if seats else {}
    accounts = accounts_by_id(links, db, [*known.values()]) if known else {}
    return [
        {
            "account": json.decode(accounts[known[one.user_id]]),
            "item_id": str(one.item_id) if one.item_id else None,
            "until": iso(one.until),
        }
        for one in seats
        if known.get(one.user_id) in accounts
    ]


def work_entity(links: Links, one: Work) -> WorkShape:
    """Something that takes long, and how far it is. Who only reads looks again where they asked."""
    mine = one.user_id is not None and one.state == "ready" and one.kind != IMPORT
    return {
        "id": str(one.id),
        "kind": one.kind,  # type: ignore[typeddict-item]
        "form": one.form,
        "name": one.name,
        "state": one.state,  # type: ignore[typeddict-item]
        "progress": one.progress,
        "why": one.why,
        "left_out": one.left_out,
        "pictures": one.fetched,
        "missing": one.missing.split(),
        "story_id": str(one.story_id) if one.story_id else None,
        "url": f"{links.origin}/api/perron/v1/stories/works/{one.id}/file" if mine else None,
        "bytes": one.bytes,
        "created_at": iso(born(one.id)),
        "expires_at": iso(one.until),
    }


def clip_entities(links: Links, db: Db, clips: Sequence[Clip], viewer: Viewer) -> list[ClipShape]:
    """Clips, with the posts among them as their keeper sees them; what is gone is named no more."""
    ids = [one.post_id for one in clips if one.post_id]
    posts = posts_by_id(links, db, ids, viewer=viewer) if ids else {}
    return [
        {
            "id": str(one.id),
            "created_at": iso(born(one.id)),
            "status": json.decode(posts[one.post_id]) if one.post_id else None,
            "url": one.url,
            "title": one.title,
            "type": "post" if one.post_id else one.kind or "link",  # type: ignore[typeddict-item]
        }
        for one in clips
        if one.post_id is None or one.post_id in posts
    ]
