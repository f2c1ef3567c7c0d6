"""Mastodon.py on posts: written, quoted, planned, kept, filtered, with pictures and polls."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import MastodonAPIError, MastodonNotFoundError

from tests.api.pictures import png
from tests.clients.library import Library, eventually, ids
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

Lends = Callable[[Person], Library]


def wav() -> bytes:
    """A tenth of a second of a sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", (n % 18 - 9) * 3000) for n in range(800)))
    return file.getvalue()


def test_posts_are_written_once_and_read_several_at_a_time(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    first = hers.status_post("Une fois", idempotency_key="k1", spoiler_text="Attention", language="fr")
    assert hers.status_post("Une fois", idempotency_key="k1").id == first.id
    second = hers.toot("Deux fois")
    assert ids(theirs.statuses([first, second])) == ids([first, second])
    assert hers.status_source(first).text == "Une fois" and first.spoiler_text == "Attention"
    assert theirs.status_card(second) is None
    assert hers.get_status_length("Été 👨‍👩‍👧") == 5
    reply = theirs.status_reply(first, "Vraiment ?")
    assert [one.acct for one in reply.mentions] == [ada.name]
    assert ids(theirs.status_context(reply).ancestors) == [str(first.id)]
    taken = hers.status_delete(second, delete_media=True)
    assert taken.text == "Deux fois"


def test_what_is_done_to_posts(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    posted = hers.status_post("À partager")
    boost = theirs.status_reblog(posted, visibility="unlisted")
    assert boost.visibility == "unlisted" and theirs.status_favourite(posted).favourited
    assert ids(hers.status_reblogged_by(posted)) == ids(hers.status_favourited_by(posted)) == [bea.id]
    assert ids(theirs.favourites()) == [str(posted.id)]
    assert theirs.status_bookmark(posted).bookmarked and ids(theirs.bookmarks()) == [str(posted.id)]
    assert theirs.status_unbookmark(posted).bookmarked is False and theirs.bookmarks() == []
    assert theirs.status_unfavourite(posted).favourited is False and theirs.favourites() == []
    assert theirs.status_unreblog(posted).reblogged is False
    assert hers.status_mute(posted).muted and hers.status_unmute(posted).muted is False
    assert hers.status_pin(posted).pinned
    assert ids(hers.account_statuses(ada.id, pinned=True)) == [str(posted.id)]
    assert hers.status_unpin(posted).pinned is False and hers.account_statuses(ada.id, pinned=True) == []


def test_quotes_and_who_may_quote(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    quoted = hers.status_post("À citer", quote_approval_policy="public")
    quoting = theirs.status_post("Voilà", quoted_status_id=quoted)
    assert quoting.quote.state == "accepted" and quoting.quote.quoted_status.id == quoted.id
    assert ids(hers.status_quotes(quoted)) == [str(quoting.id)]
    assert hers.status_quote_revoke(quoted, quoting).quote.state == "revoked"
    assert hers.status_quotes(quoted) == []
    closed = hers.status_update_quote_approval_policy(quoted, "nobody")
    assert closed.quote_approval.automatic == []
    with pytest.raises(MastodonAPIError):
        theirs.status_post("Encore", quoted_status_id=quoted)


def test_posts_are_planned(lends: Lends, ada: Person) -> None:
    api = lends(ada)
    when = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    planned = api.status_post("Plus tard", scheduled_at=when)
    assert planned.scheduled_at == when and planned.params.text == "Plus tard"
    assert ids(api.scheduled_statuses()) == [str(planned.id)]
    moved = api.scheduled_status_update(planned, when + timedelta(hours=1))
    assert moved.scheduled_at == when + timedelta(hours=1) == api.scheduled_status(planned).scheduled_at
    api.scheduled_status_delete(planned)
    assert api.scheduled_statuses() == []


def test_pictures_are_described_and_changed(lends: Lends, served: Served, ada: Person) -> None:
    api = lends(ada)
    media = api.media_post(png(), "image/png", description="Un toit", focus=(0.5, -0.5))
    waiting = api.media(media)
    assert waiting.id == media.id and waiting.meta.focus.x == 0.5
    changed = api.media_update(media, description="Un toit rouge", focus=(0, 0))
    assert changed.description == "Un toit rouge" and changed.meta.focus.x == 0
    cover = {"thumbnail": png(20, 20), "thumbnail_mime_type": "image/png"}
    sound = api.media_post(wav(), "audio/wav", **cover)
    assert eventually(lambda: api.media(sound).url) and api.media(sound).preview_url
    assert api.media_update(sound, description="Un la", **cover).description == "Un la"
    pixels = api.decode_blurhash(changed, out_size=(4, 4), size_per_component=False)
    assert len(pixels) == len(pixels[0]) == 4
    posted = api.status_post("Regardez", media_ids=media)
    wish = api.generate_media_edit_attributes(media, description="Un toit bleu", focus=(1, 1))
    edited = api.status_update(posted, "Regardez bien", media_attributes=[wish])
    assert edited.media_attachments[0].description == "Un toit bleu"
    assert edited.media_attachments[0].meta.focus.x == 1
    assert [one.content for one in api.status_history(posted)] == ["<p>Regardez</p>", "<p>Regardez bien</p>"]


def test_polls(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    wish = hers.make_poll(["un", "deux", "trois"], 3600, multiple=True, hide_totals=True)
    asked = hers.status_post("Combien ?", poll=wish)
    assert theirs.poll_vote(asked.poll, [0, 2]).own_votes == [0, 2]
    told = theirs.poll(asked.poll)
    assert told.voted and told.multiple and told.votes_count == 2
    assert [one.votes_count for one in told.options] == [None, None, None]


def test_filters_of_today(lends: Lends, ada: Person, bea: Person) -> None:
    api = lends(bea)
    made = api.create_filter_v2("Fruits", ["home", "public"], "warn", keywords_attributes=[{"keyword": "poires"}])
    word = api.add_filter_keyword_v2(made, "pommes", whole_word=True)
    assert [one.keyword for one in api.filter_keywords_v2(made)] == ["poires", "pommes"]
    posted, kept = ada.says("Des pommes"), ada.says("Rien de tel")
    held = api.add_filter_status_v2(made, kept["id"])
    assert ids(api.filter_statuses_v2(made)) == [str(held.id)] == [str(api.filter_status_v2(held).id)]
    by_status, by_word = api.timeline_home()
    assert by_word.filtered[0].keyword_matches == ["pommes"] and str(by_word.id) == posted["id"]
    assert [str(one) for one in by_status.filtered[0].status_matches] == [kept["id"]]
    assert api.update_filter_v2(made, title="Vergers", filter_action="blur").filter_action == "blur"
    assert api.filter_v2(made).title == "Vergers" and ids(api.filters_v2()) == [str(made.id)]
    api.delete_filter_keyword_v2(word)
    api.delete_filter_status_v2(held)
    assert [one.filtered for one in api.timeline_home()] == [[], []]
    api.delete_filter_v2(made)
    assert api.filters_v2() == []


def test_filters_of_before(lends: Lends, ada: Person, bea: Person) -> None:
    api = lends(bea)
    made = api.filter_create("poires", ["home"], irreversible=False, whole_word=True, expires_in=3600)
    assert api.filter(made).phrase == "poires" and ids(api.filters()) == [str(made.id)]
    assert api.filter_update(made, phrase="pommes", context=["home", "public"]).context == ["home", "public"]
    shown, _ = ada.says("Des prunes"), ada.says("Des pommes")
    assert ids(api.filters_apply(api.timeline_home(), api.filters(), "home")) == [shown["id"]]
    api.filter_delete(made)
    assert api.filters() == []


def test_timelines_of_every_kind(lends: Lends, ada: Person, bea: Person) -> None:
    api = lends(bea)
    posted = ada.says("Sur la #place")
    for found in (
        *(api.timeline(), api.timeline_home(), api.timeline_local(), api.timeline_public(local=True)),
        *(api.timeline_hashtag("place"), api.account_statuses(ada.id, tagged="place", exclude_replies=True)),
    ):
        assert ids(found)[0] == posted["id"]
    assert api.timeline_public(remote=True) == []
    assert api.timeline_is_available("public", local=True, with_auth=True, fail_hard=True)
    with pytest.raises(MastodonNotFoundError):
        api.timeline_link("https://nobody.example/talks-of-this")


def test_pages_are_walked(lends: Lends, ada: Person, bea: Person) -> None:
    posted = [ada.says(f"Page {number}")["id"] for number in range(5)]
    api = lends(bea)
    first = api.timeline_home(limit=2)
    assert ids(api.pagination_iterator(first)) == posted[::-1]
    assert [ids(page) for page in api.pagination_page_iterator(first)][:2] == [posted[:2:-1], posted[2:0:-1]]
    told = api.get_pagination_info(first, "next")
    assert ids(api.fetch_next(told)) == posted[2:0:-1]
    assert ids(api.fetch_remaining(first)) == posted[::-1]
    assert ids(api.fetch_previous(api.fetch_next(first))) == ids(first)
    found = api.search_v2("Page", result_type="hashtags")
    assert found.hashtags == [] and api.search_v2("Rien", result_type="accounts").accounts == []
