"""Notices in groups as clients read them: accounts and posts stand once beside the groups that name them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.notice_subjects import Words, subjects
from perron.entities.notices import APPS
from perron.entities.posts import posts_by_id
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.store import Db
from perron.timelines.notice_groups import Group


class _Face(msgspec.Struct):
    """As much of an account as a row of faces needs."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str
    locked: bool
    bot: bool


_face = msgspec.json.Decoder(_Face)
_encode = msgspec.json.Encoder().encode


def groups_json(
    links: Links,
    db: Db,
    groups: Sequence[Group],
    viewer: Viewer,
    *,
    paged: bool = True,
    partial: bool = False,
    words: Words | None = None,
) -> bytes:
    """Groups that can be shown, with their people and posts. `partial`: of a group, all but the newest account are
    made short."""
    known = accounts_by_id(links, db, _people(groups))
    about = list(dict.fromkeys(group.notice.post_id for group in groups if group.notice.post_id))
    posts = posts_by_id(links, db, about, viewer=viewer, context="notifications") if about else {}
    carried = subjects(links, db, [group.notice for group in groups], viewer, words)
    shown = [
        group
        for group in groups
        if group.from_ids[0] in known
        and (not group.notice.post_id or group.notice.post_id in posts)
        and group.notice.id in carried
    ]
    people = [id_ for id_ in _people(shown) if id_ in known]
    whole = {group.from_ids[0] for group in shown} if partial else {*people}
    parts = [b'{"accounts":[', b",".join([known[id_] for id_ in people if id_ in whole])]
    if partial:
        faces = [_encode(_face.decode(known[id_])) for id_ in people if id_ not in whole]
        parts += [b'],"partial_accounts":[', b",".join(faces)]
    told = dict.fromkeys(group.notice.post_id for group in shown if group.notice.post_id)
    parts += [b'],"statuses":[', b",".join([posts[id_] for id_ in told]), b'],"notification_groups":[']
    made = [_group(group, carried[group.notice.id], paged) for group in shown]
    return b"".join((*parts, b",".join(made), b"]}"))


def _people(groups: Sequence[Group]) -> list[int]:
    return [*dict.fromkeys(chain.from_iterable(group.from_ids for group in groups))]


def _group(group: Group, subject: bytes, paged: bool) -> bytes:
    notice = group.notice
    page: Any = ""
    if paged:
        page = (
            f',"page_min_id":"{group.oldest_id}","page_max_id":"{group.newest_id}"'
            f',"latest_page_notification_at":"{iso(born(group.newest_id))}"'
        )
    faces = '","'.join(map(str, group.from_ids))
    status = f',"status_id":"{notice.post_id}"' if notice.post_id else ""
    head = (
        f'{{"group_key":"{group.key}","notifications_count":{group.size},"type":"{APPS.get(notice.type, notice.type)}"'
        f',"most_recent_notification_id":"{group.newest_id}"{page},"sample_account_ids":["{faces}"]{status}'
    )
    return b"".join((head.encode(), subject, b"}"))
