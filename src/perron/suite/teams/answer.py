"""Answer for a brand, from its inbox: in its name, to whom spoke to it, and no louder than they did."""

from perron.kit.errors import Invalid, NotFound
from perron.people.queries import find_account
from perron.posts.model import VISIBILITIES, Draft
from perron.posts.publish import publish_once
from perron.posts.queries import find_post
from perron.store import Tx
from perron.suite.teams.inbox import check_answer, find_ticket, note_answer


def answer(
    tx: Tx, user_id: int, account_id: int, post_id: int, text: str, *, key: str, version: int, sure: bool
) -> int:
    """Publish an answer of a brand to what waits in its inbox; the post. Sent twice with one key, it is one."""
    check_answer(tx, user_id, account_id, post_id, version, sure=sure)
    brand, post = find_account(tx, account_id), find_post(tx, post_id, viewer=account_id)
    author = find_account(tx, find_ticket(tx, user_id, account_id, post_id).from_id)
    if brand is None or post is None or author is None:
        raise NotFound
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid("There are no words yet.")
    heard = post.visibility
    draft = Draft(
        text=text if f"@{author.handle}" in text else f"@{author.handle} {text}",
        visibility=heard if heard == "mentioned" else max(brand.default_visibility, heard, key=VISIBILITIES.index),
        reply_to=post_id,
        language=brand.default_language,
        writer_id=user_id,
    )
    made = publish_once(tx, brand, f"inbox {post_id} {key}", draft, tx.settings)
    note_answer(tx, user_id, account_id, post_id, made)
    return made
