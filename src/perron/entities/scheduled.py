"""Posts that wait for their time, as clients read them."""

from collections.abc import Mapping, Sequence
from typing import cast

from perron.entities.disclosures import disclosed
from perron.entities.fragments import VISIBILITY
from perron.entities.links import Links
from perron.entities.media import media_entity
from perron.entities.shapes.accounts import QuotePolicy
from perron.entities.shapes.scheduled import ScheduledParams, ScheduledStatus
from perron.entities.shapes.statuses import MediaAttachment
from perron.kit.time import SECOND, iso
from perron.media.model import Media
from perron.media.queries import media_of_owner
from perron.posts.model import Draft
from perron.posts.planned import Scheduled
from perron.store import Db


def scheduled_entities(links: Links, db: Db, found: Sequence[Scheduled]) -> list[ScheduledStatus]:
    """What one account has planned, in the order given; a thread shows its first post, and how many there are."""
    owner = found[0].account_id if found else 0
    files = media_of_owner(db, [media_id for one in found for media_id in one.draft.media], owner_id=owner)
    return [
        {
            "id": str(one.id),
            "scheduled_at": iso(one.due),
            "params": params_of(one.draft),
            "media_attachments": attached(links, one.draft, files),
            "error": one.error or None,
            "state": one.state,
            "posts_count": len(one.drafts),
        }
        for one in found
    ]


def attached(links: Links, draft: Draft, files: Mapping[int, Media]) -> list[MediaAttachment]:
    """The files of a draft, as far as they are there."""
    return [cast(MediaAttachment, media_entity(links, files[each])) for each in draft.media if each in files]


def params_of(draft: Draft) -> ScheduledParams:
    """What a post was planned with."""
    return {
        "text": draft.text,
        "media_ids": [str(each) for each in draft.media] or None,
        "sensitive": draft.sensitive,
        "spoiler_text": draft.warning or None,
        "visibility": VISIBILITY[draft.visibility],
        "language": draft.language or None,
        "scheduled_at": None,
        "poll": {
            "options": [*draft.poll.options],
            "expires_in": draft.poll.lasts // SECOND,
            "multiple": draft.poll.multiple,
            "hide_totals": draft.poll.hide_totals,
        }
        if draft.poll
        else None,
        "idempotency": None,
        "with_rate_limit": False,
        "in_reply_to_id": draft.reply_to,
        "application_id": draft.app_id,
        "quoted_status_id": str(draft.quote_of) if draft.quote_of else None,
        "quote_approval_policy": cast(QuotePolicy, draft.quote_policy),
        "via": draft.via or None,
        "card_title": draft.card_title or None,
        **disclosed((draft.tie, draft.tied_to, draft.tied_url, draft.byline)),
    }
