"""What each table grows with, what keeps it from growing without bound, and by what it would be spread over machines.

A table that is not here is found by a test; `docs/tables.md` is written from it.
"""

from typing import NamedTuple

EVERYWHERE = ""
"""Small enough to be whole on every machine (a reference table), or the concern of one alone."""


class Growth(NamedTuple):
    """Of one table: the column by whose value its rows would be spread, what it grows with, and what ends that: a chore
    or an event's consequence by its name, or why there is none."""

    by: str
    grows_with: str
    ends: str


_KEPT = "kept: it is what people came for"
_PERSON = "goes with its account"
_POST = "goes with its post"
_FEW = "a few for each person, by limits"
_STAFF = "written by those who run the server"
TABLES: dict[str, Growth] = {
    "accounts": Growth("id", "people", "deleted ones stay, bare, so that their names are not given again"),
    "users": Growth("id", "people", "forget_unconfirmed"),
    "email_confirmations": Growth("user_id", "sign-ups and changes of address", "forget_expired"),
    "passkeys": Growth("user_id", "people", _FEW),
    "memberships": Growth("user_id", "people", _PERSON),
    "invitations": Growth(EVERYWHERE, "invitations", "forget_expired"),
    "sessions": Growth("user_id", "browsers", "forget_expired"),
    "apps": Growth(EVERYWHERE, "programs that people sign in with", "kept: a post names the program it came by"),
    "grants": Growth("user_id", "programs that are let in", "forget_expired"),
    "tokens": Growth("account_id", "programs that are let in", "forget_expired"),
    "follows": Growth("follower_id", "people and whom they follow", _PERSON),
    "follow_requests": Growth("follower_id", "people who ask", _PERSON),
    "follow_hours": Growth("account_id", "following", "forget_follow_hours"),
    "severances": Growth("account_id", "decisions about servers and accounts", _PERSON),
    "endorsements": Growth("owner_id", "people", _PERSON),
    "collections": Growth("account_id", "people", _FEW),
    "collection_items": Growth("collection_id", "people", _FEW),
    "dismissed_suggestions": Growth("account_id", "people", _PERSON),
    "blocks": Growth("owner_id", "people", _PERSON),
    "mutes": Growth("owner_id", "people", "end_mutes"),
    "account_notes": Growth("owner_id", "people", _PERSON),
    "account_domain_blocks": Growth("owner_id", "people", _PERSON),
    "media": Growth("account_id", "pictures, clips and sounds", "prune_hourly"),
    "emojis": Growth(EVERYWHERE, "emojis", _STAFF),
    "posts": Growth("id", "posts", _KEPT),
    "cards": Growth(EVERYWHERE, "pages that are linked to", "kept: a post shows its page"),
    "drafts": Growth("account_id", "drafts", _FEW),
    "draft_versions": Growth("draft_id", "drafts", "a few for each draft, by limits"),
    "draft_media": Growth("draft_id", "drafts", _FEW),
    "scheduled_posts": Growth("account_id", "posts that wait", _FEW),
    "scheduled_media": Growth("scheduled_id", "posts that wait", _FEW),
    "mentions": Growth("post_id", "posts", _POST),
    "post_writers": Growth("post_id", "posts of accounts that several people speak for", _POST),
    "tags": Growth(EVERYWHERE, "tags", "one that nobody uses goes with its last post"),
    "post_tags": Growth("post_id", "posts", _POST),
    "tag_days": Growth("tag_id", "tags and days", "forget_days"),
    "card_days": Growth("card_id", "links and days", "forget_days"),
    "publishers": Growth(EVERYWHERE, "sites that are linked to", "kept: one row for each site"),
    "trends": Growth(EVERYWHERE, "what is talked about", "written anew by each counting"),
    "trend_reviews": Growth(EVERYWHERE, "decisions about trends", _STAFF),
    "featured_tags": Growth("account_id", "people", _FEW),
    "polls": Growth("id", "posts", _POST),
    "votes": Growth("poll_id", "votes", _POST),
    "marks": Growth("account_id", "favourites, bookmarks, boosts and pins", _KEPT),
    "thread_mutes": Growth("account_id", "people", _PERSON),
    "post_edits": Growth("post_id", "changes of posts", _POST),
    "idempotency": Growth("account_id", "posts of the last hours", "forget_keys"),
    "notices": Growth("account_id", "what people are told", "trim_notices"),
    "notice_policies": Growth("account_id", "people", _PERSON),
    "notice_requests": Growth("account_id", "people who are kept apart", _PERSON),
    "notice_permissions": Growth("account_id", "people", _PERSON),
    "conversations": Growth("account_id", "talks", _KEPT),
    "markers": Growth("account_id", "people: two rows each", _PERSON),
    "lists": Growth("owner_id", "people", _PERSON),
    "list_members": Growth("list_id", "people", _PERSON),
    "tag_follows": Growth("account_id", "people", _PERSON),
    "filters": Growth("account_id", "people", _PERSON),
    "filter_words": Growth("filter_id", "people", _PERSON),
    "filter_posts": Growth("filter_id", "people", _PERSON),
    "push_subscriptions": Growth("account_id", "devices", "goes with its token"),
    "rules": Growth(EVERYWHERE, "rules", _STAFF),
    "reports": Growth(EVERYWHERE, "reports", "kept: what was decided must be found again"),
    "report_notes": Growth(EVERYWHERE, "reports", _STAFF),
    "strikes": Growth(EVERYWHERE, "decisions", _STAFF),
    "appeals": Growth(EVERYWHERE, "decisions", "one for each decision"),
    "audit": Growth(EVERYWHERE, "decisions", "kept: rows are never changed"),
    "domain_rules": Growth(EVERYWHERE, "decisions", _STAFF),
    "domain_allows": Growth(EVERYWHERE, "decisions", _STAFF),
    "email_domain_blocks": Growth(EVERYWHERE, "decisions", _STAFF),
    "email_domain_days": Growth(EVERYWHERE, "decisions and days", "a row a day for each blocked domain that is tried"),
    "email_blocks": Growth(EVERYWHERE, "decisions", _STAFF),
    "ip_blocks": Growth(EVERYWHERE, "decisions", "end_ip_blocks"),
    "announcements": Growth(EVERYWHERE, "announcements", _STAFF),
    "announcement_reads": Growth("account_id", "people and announcements", "goes with its announcement"),
    "announcement_reactions": Growth("announcement_id", "people and announcements", "goes with its announcement"),
    "server_settings": Growth(EVERYWHERE, "settings", _STAFF),
    "plan_queues": Growth("account_id", "accounts that plan", _FEW),
    "plan_slots": Growth("account_id", "accounts that plan", _FEW),
    "plan_events": Growth("account_id", "accounts that plan", _FEW),
    "plan_series": Growth("account_id", "accounts that plan", _FEW),
    "plan_posts": Growth("account_id", "planned posts that came out", _POST),
    "plan_figures": Growth("account_id", "planned posts that came out, three rows each", _POST),
    "archives": Growth("account_id", "archives that are asked for", "expire"),
    "decks": Growth("account_id", "people", _FEW),
    "organisations": Growth("id", "houses of several brands", _FEW),
    "organisation_members": Growth("organisation_id", "people in organisations", "until they leave"),
    "organisation_brands": Growth("organisation_id", "brands", "forget_brand"),
    "brand_roles": Growth("organisation_id", "people and brands", "forget_brand"),
    "organisation_invitations": Growth("organisation_id", "invitations", "forget_invitations"),
    "submissions": Growth("organisation_id", "what is handed in", "kept: who approved which words must be found again"),
    "submission_lines": Growth("submission_id", "what is handed in", "goes with its submission"),
    "submission_links": Growth("submission_id", "clients who look", "forget_links"),
    "outside_links": Growth("organisation_id", "people outside who work with teams", "forget_outside_links"),
    "guests": Growth("organisation_id", "people asked to write once", "forget_brand"),
    "campaigns": Growth("organisation_id", "campaigns", "forget_brand"),
    "campaign_items": Growth("campaign_id", "what campaigns hold", "goes with its campaign"),
    "campaign_readers": Growth("campaign_id", "people outside who look", "goes with its campaign"),
    "sponsors": Growth("organisation_id", "sponsors", _FEW),
    "proposals": Growth("organisation_id", "what organisations propose", "forget_proposals"),
    "tickets": Growth("account_id", "what is said to brands", _POST),
    "organisation_audit": Growth("organisation_id", "what teams decide", "kept: rows are never changed"),
    "banks": Growth("id", "accounts that keep a media bank", _PERSON),
    "bank_items": Growth("bank_id", "pictures and clips of media banks", _KEPT),
    "bank_terms": Growth("bank_id", "people, places, credits and tags of media banks", "goes with its last picture"),
    "bank_uses": Growth("item_id", "publications from media banks", _POST),
    "bank_boxes": Growth("bank_id", "drop-boxes", _FEW),
    "bank_imports": Growth("bank_id", "imports into media banks", _PERSON),
    "stories": Growth("account_id", "stories", _KEPT),
    "story_items": Growth("story_id", "stories", "goes with its story"),
    "story_people": Growth("story_id", "people who are quoted", "goes with its story"),
    "story_acts": Growth("story_id", "work on stories", "a few for each story, by limits"),
    "clips": Growth("account_id", "people", _FEW),
    "jobs": Growth("id", "what is owed", "forget_failed"),
    "changes": Growth(EVERYWHERE, "what happens", "trim"),
    "nodes": Growth(EVERYWHERE, "processes", "numbers are lent again"),
    "leases": Growth(EVERYWHERE, "what one process at a time does", "one row for each"),
    "facts": Growth(EVERYWHERE, "what is known of the database", "one row for each"),
}
HOT = ("posts", "marks", "follows", "notices", "mentions", "post_tags", "polls", "votes", "markers", "idempotency")
"""What nearly every request reads or writes."""
