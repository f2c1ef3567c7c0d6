"""What a page says of itself to machines that link to it: JSON-LD, and whether other sites may embed it."""

from typing import Any

from markupsafe import Markup

from perron.kit import json
from perron.web.visit import Visit

Entity = dict[str, Any]


def may_be_embedded(post: Entity) -> bool:
    """Public posts of accounts that wish to be found may stand in pages of other sites; nobody else's."""
    return post["visibility"] == "public" and post["account"]["indexable"] is True


def profile_card(visit: Visit, account: Entity, about: str) -> Markup:
    """An account as a `ProfilePage`."""
    acct = account["acct"] if "@" in account["acct"] else f"{account['acct']}@{visit.settings.domain}"
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "ProfilePage",
            "dateCreated": account["created_at"],
            "mainEntity": {
                **_author(account),
                "identifier": f"acct:{acct}",
                "description": about,
                "image": account["avatar"],
                "interactionStatistic": [_counter("FollowAction", account["followers_count"])],
                "agentInteractionStatistic": _counter("WriteAction", account["statuses_count"]),
            },
        }
    )


def post_card(visit: Visit, post: Entity, excerpt: str) -> Markup:
    """A post as a `SocialMediaPosting`."""
    found: Entity = {
        "@context": "https://schema.org",
        "@type": "SocialMediaPosting",
        "url": post["url"],
        "identifier": post["uri"],
        "headline": excerpt[:110],
        "text": excerpt,
        "datePublished": post["created_at"],
        "dateModified": post["edited_at"] or post["created_at"],
        "author": _author(post["account"]),
        "commentCount": post["replies_count"],
        "keywords": [tag["name"] for tag in post["tags"]],
        "interactionStatistic": [
            _counter("ShareAction", post["reblogs_count"]),
            _counter("LikeAction", post["favourites_count"]),
        ],
    }
    pictures = [one["url"] for one in post["media_attachments"] if one["type"] == "image" and one["url"]]
    if pictures and not post["sensitive"]:
        found["image"] = pictures
    if post["language"]:
        found["inLanguage"] = post["language"]
    return _script(found)


def _author(account: Entity) -> Entity:
    kind = "Organization" if account.get("brand") else "Person"
    name = account["display_name"] or account["username"]
    return {"@type": kind, "name": name, "alternateName": f"@{account['acct']}", "url": account["url"]}


def _counter(action: str, n: int) -> Entity:
    kind = f"https://schema.org/{action}"
    return {"@type": "InteractionCounter", "interactionType": kind, "userInteractionCount": n}


def _script(found: Entity) -> Markup:
    """A block of data for a page; nothing in it can end the block."""
    text = json.encode_text(found).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))
