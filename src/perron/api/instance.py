"""The server itself: what it is called, what it allows, which rules it has."""

from perron.api.kit import Answer, Call, Reply
from perron.entities import instance as entity
from perron.entities.emojis import custom_emojis as emojis
from perron.entities.moderation import domain_blocks as kept_at_a_distance
from perron.entities.policy import extended_description as whole_description
from perron.entities.policy import privacy_policy as policy
from perron.kit.time import HOUR
from perron.store import Db


def show(call: Call, db: Db) -> Answer:
    """GET /api/v2/instance"""
    return entity.instance_v2(call.settings, call.links, call.site.store, db)


def show_v1(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance"""
    return entity.instance_v1(call.settings, call.links, call.site.store, db)


def peers(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/peers: servers from which an account is known here."""
    found: list[str] = entity.counted(call.site.store, db, "peers", HOUR)
    return found


def activity(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/activity"""
    found: list[dict[str, str]] = entity.counted(call.site.store, db, "activity", HOUR)
    return found


def rules(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/rules"""
    return entity.rules(call.settings, db)


def domain_blocks(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/domain_blocks"""
    return kept_at_a_distance(db)


def extended_description(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/extended_description"""
    return whole_description(call.settings, call.links)


def privacy_policy(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/privacy_policy"""
    return policy(call.settings, call.links)


def translation_languages(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/translation_languages: this server translates nothing."""
    return Reply(b"{}")


def custom_emojis(call: Call, db: Db) -> Answer:
    """GET /api/v1/custom_emojis"""
    return emojis(call.links, db)
