"""By which ways somebody is told of a notice, and what is said: the words that push and mail have in common."""

from sqlalchemy import bindparam, select

from perron.kit.settings import Settings
from perron.store import Db, Prepared
from perron.store.tables import accounts, posts
from perron.timelines.notices import Notice

SAID = {
    "fr": {
        "mention": "{} vous a mentionné",
        "quote": "{} a cité votre publication",
        "quoted_update": "{} a modifié une publication que vous citez",
        "credit": "{} vous cite comme source",
        "reblog": "{} a relayé votre publication",
        "favourite": "{} aime votre publication",
        "follow": "{} vous suit",
        "follow_request": "{} demande à vous suivre",
        "status": "{} vient de publier",
        "update": "{} a modifié une publication",
        "poll": "Un sondage de {} est terminé",
        "moderation_warning": "La modération a pris une décision qui vous concerne",
        "severed_relationships": "Certains de vos abonnements ont pris fin",
        "added_to_collection": "{} vous a mis dans une collection",
        "collection_update": "{} a modifié une collection où vous êtes",
        "story": "{} vous cite dans un récit",
        "admin.report": "{} a signalé un compte",
        "admin.sign_up": "{} vient de s’inscrire",
    },
    "en": {
        "mention": "{} mentioned you",
        "quote": "{} quoted your post",
        "quoted_update": "{} edited a post that you quote",
        "credit": "{} named you as their source",
        "reblog": "{} boosted your post",
        "favourite": "{} favourited your post",
        "follow": "{} follows you",
        "follow_request": "{} asks to follow you",
        "status": "{} just posted",
        "update": "{} edited a post",
        "poll": "A poll by {} has ended",
        "moderation_warning": "The moderators have taken a decision that concerns you",
        "severed_relationships": "Some of your follows have ended",
        "added_to_collection": "{} put you into a collection",
        "collection_update": "{} changed a collection that you are in",
        "story": "{} quotes you in a story",
        "admin.report": "{} reported an account",
        "admin.sign_up": "{} has just joined",
    },
}


def sentence(type_: str, who: str, locale: str) -> str:
    """What a notice says, in a language; the bare name for a type that is not known here."""
    return SAID.get(locale, SAID["fr"]).get(type_, "{}").replace("{}", who)


def page_of(db: Db, settings: Settings, notice: Notice) -> str:
    """The address at which one reads what a notice is about."""
    origin = settings.public_origin
    handle = db.value(_WRITER, of_post=notice.post_id) if notice.post_id else None
    if handle:
        return f"{origin}/@{handle}/{notice.post_id}"
    if notice.type == "follow" and (follower := db.value(_HANDLE, of_account=notice.from_id)):
        return f"{origin}/@{follower}"
    return f"{origin}/requests" if notice.type == "follow_request" else f"{origin}/notices"


_WRITER = Prepared(
    select(accounts.c.handle).join(posts, posts.c.author_id == accounts.c.id).where(posts.c.id == bindparam("of_post"))
)
_HANDLE = Prepared(select(accounts.c.handle).where(accounts.c.id == bindparam("of_account")))
