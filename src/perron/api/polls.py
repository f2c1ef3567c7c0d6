"""Polls: their state, and voting."""

from typing import Any, Required, TypedDict

from perron.api.kit import Answer, Call, speaks
from perron.entities.emojis import codes_in, known_emojis
from perron.entities.posts import poll_entity
from perron.entities.shapes.statuses import Poll
from perron.kit.errors import NotFound
from perron.posts.polls import find_poll, own_votes
from perron.posts.polls import vote as count_vote
from perron.posts.queries import find_post
from perron.store import Db, Tx


class Vote(TypedDict, total=False):
    """What one chooses: the numbers of the options, counted from 0."""

    choices: Required[list[int]]


@speaks(Poll)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/polls/:id"""
    poll = find_poll(db, call.id, viewer=call.my_id)
    if poll is None:
        raise NotFound
    me = call.my_id
    votes = own_votes(db, me, [poll.id]).get(poll.id) if me is not None else None
    post = find_post(db, poll.id, viewer=me)
    if post is not None and not call.is_told(post.visibility):
        raise NotFound
    emojis = known_emojis(call.links, db, codes_in(*poll.options))
    return poll_entity(poll, votes, emojis, known=me is not None, own=post is not None and post.author_id == me)


@speaks(Poll, takes=Vote)
def vote(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/polls/:id/votes"""
    choices = [read_choice(one) for one in call.params.values("choices")]
    count_vote(tx, call.me, call.id, choices)
    return show(call, tx)


def read_choice(value: Any) -> int:
    """The number of an option; -1 for what is none."""
    text = str(value)
    return int(text) if isinstance(value, int | str) and text.isascii() and text.isdigit() and len(text) < 4 else -1
