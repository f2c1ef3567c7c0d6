"""Which column names the key of which table, written once: for whoever looks for rows whose parents are gone.

Only what may never be without its parent is here. A reply may outlive what it replies to, a quote what it quotes, and
an account is never removed but bare. `after_jobs`: a job sees to it, so that it holds once nothing is due.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, true

from perron.store import tables as t

REMOVE, CLEAR = "remove", "clear"
"""What becomes of a row without its parent: it goes, or only its reference does."""


@dataclass(frozen=True)
class Reference:
    """Each row with this column set has a row with this key above it."""

    column: Column[Any]
    parent: Column[Any]
    mend: str = REMOVE
    after_jobs: bool = False
    where: ColumnElement[bool] | None = None

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    @property
    def holds_for(self) -> ColumnElement[bool]:
        """Of which rows it is true."""
        return true() if self.where is None else self.where


def _all(parent: Column[Any], *columns: Column[Any], **how: Any) -> tuple[Reference, ...]:
    return tuple(Reference(column, parent, **how) for column in columns)


POST_NOTICES = ("mention", "quote", "quoted_update", "credit", "reblog", "favourite", "status", "update", "poll")

REFERENCES = (
    *_all(
        t.users.c.id,
        *(t.email_confirmations.c.user_id, t.passkeys.c.user_id, t.memberships.c.user_id, t.sessions.c.user_id),
        *(t.grants.c.user_id, t.tokens.c.user_id),
    ),
    *_all(
        t.accounts.c.id,
        *(t.memberships.c.account_id, t.sessions.c.account_id, t.grants.c.account_id, t.tokens.c.account_id),
        *(t.follows.c.follower_id, t.follows.c.target_id, t.follow_requests.c.follower_id),
        *(t.follow_requests.c.target_id, t.follow_hours.c.account_id, t.severances.c.account_id),
        *(t.endorsements.c.owner_id, t.endorsements.c.target_id, t.collections.c.account_id),
        *(t.collection_items.c.account_id, t.dismissed_suggestions.c.account_id, t.dismissed_suggestions.c.target_id),
        *(t.blocks.c.owner_id, t.blocks.c.target_id, t.mutes.c.owner_id, t.mutes.c.target_id),
        *(t.account_notes.c.owner_id, t.account_notes.c.target_id, t.account_domain_blocks.c.owner_id),
        *(t.media.c.account_id, t.posts.c.author_id, t.drafts.c.account_id, t.scheduled_posts.c.account_id),
        *(t.mentions.c.account_id, t.post_tags.c.author_id, t.featured_tags.c.account_id, t.votes.c.account_id),
        *(t.marks.c.account_id, t.thread_mutes.c.account_id, t.idempotency.c.account_id, t.notices.c.account_id),
        *(t.notices.c.from_id, t.notice_policies.c.account_id, t.notice_requests.c.account_id),
        *(t.notice_requests.c.from_id, t.notice_permissions.c.account_id, t.notice_permissions.c.from_id),
        *(t.conversations.c.account_id, t.markers.c.account_id, t.lists.c.owner_id, t.list_members.c.account_id),
        *(t.tag_follows.c.account_id, t.filters.c.account_id, t.push_subscriptions.c.account_id),
        *(t.reports.c.reporter_id, t.reports.c.target_id, t.strikes.c.target_id, t.appeals.c.account_id),
        *(t.announcement_reads.c.account_id, t.announcement_reactions.c.account_id, t.decks.c.account_id),
        *(t.plan_queues.c.account_id, t.plan_slots.c.account_id, t.plan_events.c.account_id),
        *(t.plan_series.c.account_id, t.plan_posts.c.account_id, t.plan_figures.c.account_id),
        *(t.banks.c.account_id, t.bank_items.c.account_id, t.bank_boxes.c.account_id, t.bank_imports.c.account_id),
        *(t.outlets.c.account_id, t.outlet_deliveries.c.account_id, t.chorus_lines.c.account_id),
        *(t.stories.c.account_id, t.story_people.c.account_id, t.story_works.c.account_id, t.clips.c.account_id),
    ),
    *_all(
        t.organisations.c.id,
        *(t.organisation_members.c.organisation_id, t.organisation_brands.c.organisation_id),
        *(t.brand_roles.c.organisation_id, t.organisation_invitations.c.organisation_id),
        *(t.organisation_audit.c.organisation_id, t.submissions.c.organisation_id),
        *(t.outside_links.c.organisation_id, t.guests.c.organisation_id, t.campaigns.c.organisation_id),
        *(t.sponsors.c.organisation_id, t.proposals.c.organisation_id),
        *(t.kits.c.organisation_id, t.kit_pictures.c.organisation_id),
    ),
    *_all(t.submissions.c.id, t.submission_lines.c.submission_id, t.submission_links.c.submission_id),
    *_all(t.campaigns.c.id, t.campaign_items.c.campaign_id, t.campaign_readers.c.campaign_id),
    *_all(t.organisation_brands.c.account_id, t.brand_roles.c.account_id),
    *_all(t.apps.c.id, t.grants.c.app_id, t.tokens.c.app_id),
    *_all(t.tokens.c.id, t.push_subscriptions.c.token_id),
    *_all(
        t.posts.c.id,
        *(t.posts.c.boost_of_id, t.mentions.c.post_id, t.post_tags.c.post_id, t.polls.c.id),
        *(t.marks.c.post_id, t.post_edits.c.post_id, t.post_writers.c.post_id),
    ),
    *_all(t.posts.c.id, t.media.c.post_id, t.marks.c.boost_id, mend=CLEAR, after_jobs=True),
    Reference(t.notices.c.about_id, t.posts.c.id, after_jobs=True, where=t.notices.c.type.in_(POST_NOTICES)),
    *_all(t.polls.c.id, t.votes.c.poll_id),
    *_all(t.tags.c.id, t.post_tags.c.tag_id, t.tag_days.c.tag_id, t.featured_tags.c.tag_id, t.tag_follows.c.tag_id),
    *_all(t.cards.c.id, t.posts.c.card_id, mend=CLEAR),
    *_all(t.drafts.c.id, t.draft_media.c.draft_id, t.draft_versions.c.draft_id),
    *_all(t.plan_series.c.id, t.plan_posts.c.series_id, mend=CLEAR),
    *_all(t.posts.c.id, t.plan_posts.c.post_id, t.plan_figures.c.post_id, after_jobs=True),
    *_all(t.scheduled_posts.c.id, t.scheduled_media.c.scheduled_id),
    *_all(t.media.c.id, t.draft_media.c.media_id, t.scheduled_media.c.media_id),
    *_all(
        t.banks.c.id, t.bank_items.c.bank_id, t.bank_terms.c.bank_id, t.bank_boxes.c.bank_id, t.bank_imports.c.bank_id
    ),
    *_all(t.media.c.id, t.bank_items.c.id, t.kit_pictures.c.id, after_jobs=True),
    *_all(t.bank_items.c.id, t.bank_uses.c.item_id, after_jobs=True),
    *_all(t.posts.c.id, t.bank_uses.c.post_id, after_jobs=True),
    *_all(t.outlets.c.id, t.outlet_readers.c.outlet_id, t.outlet_deliveries.c.outlet_id, t.outlet_items.c.outlet_id),
    *_all(t.posts.c.id, t.outlet_items.c.post_id, after_jobs=True),
    *_all(t.stories.c.id, t.story_items.c.story_id, t.story_people.c.story_id, t.story_acts.c.story_id),
    *_all(t.stories.c.id, t.story_days.c.story_id, t.story_depths.c.story_id, t.story_readers.c.story_id),
    *_all(t.posts.c.id, t.story_items.c.post_id, t.stories.c.post_id, mend=CLEAR, after_jobs=True),
    *_all(t.stories.c.id, t.story_seats.c.story_id, t.story_rivals.c.story_id),
    *_all(t.stories.c.id, t.story_works.c.story_id, mend=CLEAR),
    *_all(t.posts.c.id, t.clips.c.post_id, after_jobs=True),
    *_all(t.cards.c.id, t.story_items.c.card_id, mend=CLEAR),
    *_all(t.collections.c.id, t.collection_items.c.collection_id),
    *_all(t.lists.c.id, t.list_members.c.list_id),
    *_all(t.filters.c.id, t.filter_words.c.filter_id, t.filter_posts.c.filter_id),
    *_all(t.reports.c.id, t.report_notes.c.report_id),
    *_all(t.strikes.c.id, t.appeals.c.strike_id),
    *_all(t.announcements.c.id, t.announcement_reads.c.announcement_id, t.announcement_reactions.c.announcement_id),
    *_all(t.email_domain_blocks.c.id, t.email_domain_days.c.block_id),
)
