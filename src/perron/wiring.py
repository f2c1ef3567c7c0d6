"""What follows from what. Read this page to learn what happens after an event."""

from collections.abc import Sequence
from typing import Any

from perron.jobs import Elsewhere, Inside, Outside
from perron.jobs.worker import Consequence
from perron.kit.later import later
from perron.kit.time import HOUR
from perron.store import Tx

with later(__name__):
    from perron.entities.freshen import freshen, keep_fresh
    from perron.jobs.queue import forget_failed
    from perron.media.process import process, remove_files
    from perron.media.prune import keep_pruning, prune_hourly
    from perron.moderation.announcements import forget_reading, turn
    from perron.moderation.emojis import redraw
    from perron.moderation.mail import mail_approved, mail_let_back_in, mail_refused, mail_shut_out
    from perron.moderation.networks import end_ip_blocks
    from perron.moderation.queries import forget_reports
    from perron.moderation.reactions import forget_reactions
    from perron.moderation.report import tell_moderators
    from perron.moderation.welcome import tell_of_sign_up
    from perron.people.follow_limits import forget_follow_hours
    from perron.people.mail import mail_address_changing, mail_confirmation, mail_safety
    from perron.people.move import lead_followers
    from perron.people.relations import end_mutes
    from perron.people.severances import forget_severances
    from perron.people.tidy import forget_expired
    from perron.people.unconfirmed import forget_unconfirmed
    from perron.people.unlock import let_everybody_in
    from perron.people.verify_links import verify_links
    from perron.posts.account_gone import remove_what_it_marked, remove_what_it_wrote
    from perron.posts.cards import outdate_cards_by
    from perron.posts.fetch_card import fetch_card
    from perron.posts.forget_days import forget_days
    from perron.posts.keep_time import keep_time
    from perron.posts.publish import forget_keys
    from perron.posts.scheduled import publish_due
    from perron.posts.search_index import index_post
    from perron.posts.sensitive import keep_shown_anew
    from perron.posts.trends_job import count_trends, keep_counting
    from perron.store.changes import trim
    from perron.suite.archive.ask import expire, forget_archives, remove_from_disk
    from perron.suite.archive.pack import pack
    from perron.suite.atelier.bank.forget import empty_bank, forget_bank
    from perron.suite.atelier.bank.imports import unpack
    from perron.suite.atelier.bank.use import record_uses
    from perron.suite.atelier.chorus.queries import forget_choruses
    from perron.suite.atelier.deck.keep import forget_decks
    from perron.suite.atelier.outlets.deliver import deliver, forget_item, forget_outlets, owe_posts
    from perron.suite.atelier.outlets.letters import mail_asked, mail_stopped
    from perron.suite.atelier.outlets.queries import forget_deliveries
    from perron.suite.atelier.outlets.tell import tell_plan, tell_plan_published, tell_submission
    from perron.suite.atelier.plan.figures import count_figures
    from perron.suite.atelier.plan.line import warn_of_dry_queues
    from perron.suite.atelier.plan.remember import forget_plans, forget_published, remember_published
    from perron.suite.atelier.plan.warn import mail_dry_queue
    from perron.suite.stories.clips import forget_clip_of, forget_clips
    from perron.suite.stories.consent import tell_quoted
    from perron.suite.stories.keep import forget_post, forget_stories
    from perron.suite.stories.perform import do_work
    from perron.suite.stories.views import forget_readers
    from perron.suite.stories.works import expire_work, forget_works, remove_work_file
    from perron.suite.teams.ambassadors import forget_kit_pictures
    from perron.suite.teams.approve import publish_when_due
    from perron.suite.teams.inbox import forget_tickets, open_tickets
    from perron.suite.teams.invite import forget_invitations, mail_invitation
    from perron.suite.teams.links import forget_outside_links
    from perron.suite.teams.organise import forget_brand, look_at_steps
    from perron.suite.teams.proposals import forget_proposals
    from perron.suite.teams.review import forget_links
    from perron.timelines import follow_up
    from perron.timelines.account_gone import forget_reader
    from perron.timelines.collected import notify_added, notify_collection_changed
    from perron.timelines.lists import leave_lists
    from perron.timelines.mail import mail_digest, mail_notice
    from perron.timelines.notice_events import notify_severed
    from perron.timelines.push import push
    from perron.timelines.trim_notices import trim_notices


def index(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostPublished` and `PostEdited`: the post can be found by its words."""
    index_post(tx, event["post_id"])


LONG = 12 * HOUR
"""Most time for work on everything that there is."""

CONSEQUENCES: dict[str, Sequence[Consequence]] = {
    "PostPublished": [
        Inside(follow_up.notify_mentioned),
        Inside(follow_up.notify_quoted, when=("quotes",)),
        Inside(follow_up.carry_conversation, when=("confides",)),
        Inside(index),
        Inside(record_uses, when=("shows",)),
        Inside(open_tickets, when=("names", "answers")),
    ],
    "PostDue": [Inside(publish_due)],
    "PlanPublished": [Inside(remember_published), Inside(tell_plan_published)],
    "PlanChanged": [Inside(tell_plan)],
    "SubmissionChanged": [Inside(tell_submission)],
    "SentElsewhere": [Inside(owe_posts)],
    "DeliveryDue": [Elsewhere(deliver)],
    "ReaderAsked": [Elsewhere(mail_asked)],
    "OutletStopped": [Elsewhere(mail_stopped)],
    "FiguresDue": [Outside(count_figures)],
    "QueueRunsDry": [Elsewhere(mail_dry_queue)],
    "PostEdited": [
        Inside(follow_up.notify_mentioned),
        Inside(follow_up.notify_edited),
        Inside(index),
        Inside(record_uses),
    ],
    "CardWanted": [Elsewhere(fetch_card)],
    "PostBoosted": [Inside(follow_up.notify_boosted)],
    "PostUnboosted": [Inside(follow_up.unnotify_boosted)],
    "PostDeleted": [
        Inside(follow_up.take_back),
        Inside(forget_published),
        Inside(record_uses),
        Inside(forget_tickets),
        Inside(forget_post),
        Inside(forget_clip_of),
        Inside(forget_item),
    ],
    "PostFavourited": [Inside(follow_up.notify_favourited)],
    "PostUnfavourited": [Inside(follow_up.unnotify_favourited)],
    "PollClosed": [Inside(follow_up.end_poll)],
    "Followed": [Inside(follow_up.notify_followed)],
    "Unfollowed": [Inside(leave_lists)],
    "FollowRequested": [Inside(follow_up.notify_requested)],
    "AccountUnlocked": [Inside(let_everybody_in)],
    "AccountDeleted": [
        Inside(remove_what_it_wrote),
        Inside(remove_what_it_marked),
        Inside(forget_reader),
        Inside(forget_severances),
        Inside(forget_reports),
        Inside(forget_reading),
        Inside(forget_reactions),
        Inside(forget_archives),
        Inside(forget_decks),
        Inside(forget_brand),
        Inside(forget_kit_pictures),
        Inside(forget_plans),
        Inside(forget_bank),
        Inside(forget_stories),
        Inside(forget_clips),
        Inside(forget_outlets),
        Inside(forget_works),
    ],
    "AccountJoined": [Inside(tell_of_sign_up)],
    "Severed": [Inside(notify_severed)],
    "LinksWritten": [Elsewhere(verify_links)],
    "CreatorChanged": [Inside(outdate_cards_by)],
    "AccountMoved": [Inside(lead_followers)],
    "ConfirmationOwed": [Elsewhere(mail_confirmation)],
    "AddressChanging": [Elsewhere(mail_address_changing)],
    "SafetyChanged": [Elsewhere(mail_safety), Inside(look_at_steps)],
    "SubmissionDue": [Inside(publish_when_due)],
    "OrganisationInvited": [Elsewhere(mail_invitation)],
    "AddedToCollection": [Inside(notify_added)],
    "CollectionChanged": [Inside(notify_collection_changed)],
    "Blocked": [Inside(follow_up.forget_blocked)],
    "ReportMade": [Inside(tell_moderators)],
    "ShutOut": [Elsewhere(mail_shut_out)],
    "LetBackIn": [Elsewhere(mail_let_back_in)],
    "AppealRefused": [Elsewhere(mail_refused)],
    "SignUpApproved": [Elsewhere(mail_approved)],
    "PushOwed": [Elsewhere(push)],
    "MailOwed": [Elsewhere(mail_notice)],
    "DigestDue": [Elsewhere(mail_digest)],
    "ShownAnew": [Outside(keep_shown_anew)],
    "MediaUploaded": [Outside(process, LONG)],
    "MediaRemoved": [Outside(remove_files)],
    "AnnouncementTurned": [Inside(turn)],
    "EmojiChanged": [Outside(redraw)],
    "ArchiveAsked": [Outside(pack, LONG)],
    "ArchiveExpired": [Inside(expire)],
    "ArchiveRemoved": [Outside(remove_from_disk)],
    "BankImportAsked": [Outside(unpack, LONG)],
    "BankAbandoned": [Inside(empty_bank)],
    "StoryPublished": [Inside(tell_quoted)],
    "StoryWorkAsked": [Outside(do_work, LONG)],
    "StoryWorkExpired": [Inside(expire_work)],
    "StoryWorkRemoved": [Outside(remove_work_file)],
    "PruningDue": [Outside(prune_hourly, LONG)],
    "FreshnessDue": [Outside(freshen, LONG)],
    "TrendsDue": [Outside(count_trends)],
}

CHORES = (
    *(trim, forget_keys, forget_failed, forget_expired, forget_unconfirmed, forget_follow_hours, forget_days),
    *(trim_notices, end_mutes, end_ip_blocks, keep_pruning, keep_fresh, keep_counting),
    *(keep_time, forget_invitations, forget_links, forget_outside_links, forget_proposals, warn_of_dry_queues),
    *(forget_deliveries, forget_readers, forget_choruses),
)
"""What is done every minute."""
