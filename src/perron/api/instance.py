"""The server itself: what it is called, what it allows, which rules it has."""

from functools import cache
from typing import Annotated, Required, TypedDict

from babel import Locale
from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities import instance as entity
from perron.entities.counted import counted
from perron.entities.emojis import custom_emojis as emojis
from perron.entities.moderation import domain_blocks as kept_at_a_distance
from perron.entities.policy import extended_description as whole_description
from perron.entities.policy import privacy_policy as policy
from perron.entities.shapes.about import (
    Activity,
    DomainBlock,
    ExtendedDescription,
    NamedLanguage,
    PrivacyPolicy,
    Rule,
)
from perron.entities.shapes.accounts import CustomEmoji
from perron.entities.shapes.instance import Instance, V1Instance
from perron.kit.time import HOUR
from perron.store import Db

MOST_PEERS = 10


@speaks(Instance)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v2/instance"""
    return entity.instance_v2(call.settings, call.links, call.site.store, db)


@speaks(V1Instance)
def show_v1(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance"""
    return entity.instance_v1(call.settings, call.links, call.site.store, db)


@speaks(list[str])
def peers(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/peers: servers from which an account is known here."""
    return _peers(call, db)


class PeerQuery(TypedDict, total=False):
    """A part of a server's name."""

    q: Required[Annotated[str, Meta(description="A part of its name.")]]


@speaks(list[str], takes=PeerQuery)
def find_peers(call: Call, db: Db) -> Answer:
    """GET /api/v1/peers/search: the first ten servers whose name has this in it, those that begin so before others."""
    wanted = call.params.text("q").strip().lower()
    found = [one for one in _peers(call, db) if wanted and wanted in one]
    return sorted(found, key=lambda one: (not one.startswith(wanted), one))[:MOST_PEERS]


def _peers(call: Call, db: Db) -> list[str]:
    found: list[str] = counted(call.site.store, db, "peers", HOUR)
    return found


@speaks(list[Activity])
def activity(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/activity"""
    found: list[Activity] = counted(call.site.store, db, "activity", HOUR)
    return found


@speaks(list[Rule])
def rules(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/rules"""
    return entity.rules(call.settings, db)


@speaks(list[DomainBlock])
def domain_blocks(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/domain_blocks"""
    return kept_at_a_distance(db)


@speaks(ExtendedDescription)
def extended_description(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/extended_description"""
    return whole_description(call.settings, call.links)


@speaks(PrivacyPolicy)
def privacy_policy(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/privacy_policy"""
    return policy(call.settings, call.links)


@speaks(list[NamedLanguage])
def languages(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/languages: those that a post can say it is in, by code, in the words of this server."""
    return _languages(call.settings.locale)


@cache
def _languages(locale: str) -> list[NamedLanguage]:
    names = Locale.parse(locale).languages
    return [{"code": code, "name": names[code]} for code in sorted(names) if len(code) == 2]


@speaks(list[CustomEmoji])
def custom_emojis(call: Call, db: Db) -> Answer:
    """GET /api/v1/custom_emojis"""
    return emojis(call.links, db)
