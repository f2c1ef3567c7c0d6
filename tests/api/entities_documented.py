"""What Mastodon's documentation (4.6) says of each entity: its attributes, their types, which may be null or missing.

Written down apart from the server's own types, which it judges. An entity begins at the margin; each of its attributes
is `name:type`, with `?` where it may be null and `*` where it is there only sometimes. Types: `str`, `int`, `num` (a
number that may have parts), `bool`, `any`, `[type]` (an array), `{type}` (a record with names of its own), or another
entity.
Attributes that are deprecated stand here as long as the documentation shows them.
"""

from dataclasses import dataclass
from functools import cache

TABLE = """
Account
  id:str username:str acct:str url:str uri:str display_name:str note:str avatar:str avatar_static:str
  avatar_description:str header:str header_static:str header_description:str locked:bool fields:[Field]
  emojis:[CustomEmoji] bot:bool group:bool discoverable:bool? noindex:bool?* moved:Account?* suspended:bool*
  limited:bool* memorial:bool* created_at:str last_status_at:str? statuses_count:int followers_count:int
  following_count:int indexable:bool hide_collections:bool? roles:[Role]* show_media:bool show_media_replies:bool
  show_featured:bool feature_approval:FeatureApproval
CredentialAccount
  source:Source role:Role
MutedAccount
  mute_expires_at:str?
Source
  note:str fields:[Field] privacy:str sensitive:bool language:str? follow_requests_count:int indexable:bool
  hide_collections:bool? discoverable:bool? attribution_domains:[str] quote_policy:str
Field
  name:str value:str verified_at:str?
Role
  id:str name:str color:str permissions:str* highlighted:bool* collection_limit:int*
FeatureApproval
  automatic:[str] manual:[str] current_user:str
Profile
  id:str display_name:str note:str fields:[WrittenField] avatar:str? avatar_static:str? avatar_description:str
  header:str? header_static:str? header_description:str locked:bool bot:bool hide_collections:bool? discoverable:bool?
  indexable:bool show_media:bool show_media_replies:bool show_featured:bool attribution_domains:[str]
  featured_tags:[FeaturedTag]
WrittenField
  name:str value:str verified_at:str?
Relationship
  id:str following:bool showing_reblogs:bool notifying:bool languages:[str]? followed_by:bool blocking:bool
  blocked_by:bool muting:bool muting_notifications:bool muting_expires_at:str? requested:bool requested_by:bool
  domain_blocking:bool endorsed:bool note:str
FamiliarFollowers
  id:str accounts:[Account]
Preferences
  posting:default:visibility:str posting:default:sensitive:bool posting:default:language:str?
  posting:default:quote_policy:str reading:expand:media:str reading:expand:spoilers:bool
Status
  id:str uri:str url:str? created_at:str edited_at:str? account:Account content:str visibility:str sensitive:bool
  spoiler_text:str media_attachments:[MediaAttachment] application:Application?* mentions:[Mention] tags:[StatusTag]
  emojis:[CustomEmoji] reblogs_count:int favourites_count:int replies_count:int quotes_count:int in_reply_to_id:str?
  in_reply_to_account_id:str? reblog:Status? poll:Poll? card:PreviewCard? language:str? text:str?* quote:Quote?
  quote_approval:QuoteApproval tagged_collections:[Collection] favourited:bool* reblogged:bool* muted:bool*
  bookmarked:bool* pinned:bool* filtered:[FilterResult]*
Mention
  id:str username:str url:str acct:str
StatusTag
  name:str url:str
Application
  name:str website:str?
RegisteredApplication
  id:str name:str website:str? scopes:[str] redirect_uris:[str] redirect_uri:str vapid_key:str
CredentialApplication
  client_id:str client_secret:str client_secret_expires_at:int
Quote
  state:str quoted_status:Status?* quoted_status_id:str?*
QuoteApproval
  automatic:[str] manual:[str] current_user:str
StatusEdit
  content:str spoiler_text:str sensitive:bool created_at:str account:Account poll:PollEdit?*
  media_attachments:[MediaAttachment] emojis:[CustomEmoji]
StatusSource
  id:str text:str spoiler_text:str
Context
  ancestors:[Status] descendants:[Status]
Poll
  id:str expires_at:str? expired:bool multiple:bool votes_count:int voters_count:int? options:[PollOption]
  emojis:[CustomEmoji] voted:bool* own_votes:[int]*
PollOption
  title:str votes_count:int?
ScheduledStatus
  id:str scheduled_at:str params:ScheduledParams media_attachments:[MediaAttachment]
ScheduledParams
  text:str poll:ScheduledPoll? media_ids:[str]? sensitive:bool? spoiler_text:str? visibility:str in_reply_to_id:int?
  language:str? application_id:int scheduled_at:null? idempotency:str? with_rate_limit:bool quoted_status_id:str?
  quote_approval_policy:str
ScheduledPoll
  options:[str] expires_in:int multiple:bool* hide_totals:bool*
MediaAttachment
  id:str type:str url:str preview_url:str? remote_url:str? preview_remote_url:str?* text_url:str?* meta:any
  description:str? blurhash:str?
PreviewCard
  url:str title:str description:str type:str authors:[PreviewCardAuthor] author_name:str author_url:str
  provider_name:str provider_url:str html:str width:int height:int image:str? image_description:str embed_url:str
  blurhash:str? language:str?* published_at:str? missing_attribution:bool?*
PreviewCardAuthor
  name:str url:str account:Account?
TrendsLink
  history:[History]
CustomEmoji
  shortcode:str url:str static_url:str visible_in_picker:bool category:str?
Tag
  name:str url:str history:[History] id:str* following:bool* featuring:bool*
History
  day:str uses:str accounts:str
FeaturedTag
  id:str name:str url:str statuses_count:str last_status_at:str?
Search
  accounts:[Account] statuses:[Status] hashtags:[Tag] collections:[Collection]
Suggestion
  source:str sources:[str] account:Account
List
  id:str title:str replies_policy:str exclusive:bool
Marker
  last_read_id:str version:int updated_at:str
Filter
  id:str title:str context:[str] expires_at:str? filter_action:str keywords:[FilterKeyword]* statuses:[FilterStatus]*
FilterKeyword
  id:str keyword:str whole_word:bool
FilterStatus
  id:str status_id:str
FilterResult
  filter:Filter keyword_matches:[str]? status_matches:[str]?
V1Filter
  id:str phrase:str context:[str] expires_at:str? irreversible:bool whole_word:bool
Conversation
  id:str unread:bool accounts:[Account] last_status:Status?
Notification
  id:str type:str group_key:str created_at:str account:Account status:Status* report:Report*
  event:RelationshipSeveranceEvent* moderation_warning:AccountWarning* collection:Collection*
  fallback:NotificationFallback*
NotificationGroup
  group_key:str notifications_count:int type:str most_recent_notification_id:str page_min_id:str* page_max_id:str*
  latest_page_notification_at:str* sample_account_ids:[str] status_id:str?* report:Report*
  event:RelationshipSeveranceEvent* moderation_warning:AccountWarning* collection:Collection*
  fallback:NotificationFallback*
GroupedNotificationsResults
  accounts:[Account] partial_accounts:[PartialAccountWithAvatar]* statuses:[Status]
  notification_groups:[NotificationGroup]
PartialAccountWithAvatar
  id:str acct:str url:str avatar:str avatar_static:str avatar_description:str locked:bool bot:bool
NotificationFallback
  title:str summary:str? details:str?
NotificationPolicy
  for_not_following:str for_not_followers:str for_new_accounts:str for_private_mentions:str for_limited_accounts:str
  for_bots:str summary:NotificationPolicySummary
NotificationPolicySummary
  pending_requests_count:int pending_notifications_count:int
V1NotificationPolicy
  filter_not_following:bool filter_not_followers:bool filter_new_accounts:bool filter_private_mentions:bool
  summary:NotificationPolicySummary
NotificationRequest
  id:str created_at:str updated_at:str account:Account notifications_count:str last_status:Status?*
RelationshipSeveranceEvent
  id:str type:str purged:bool target_name:str followers_count:int following_count:int created_at:str
AccountWarning
  id:str action:str text:str status_ids:[str]? target_account:Account appeal:Appeal? created_at:str
Appeal
  text:str state:str
WebPushSubscription
  id:str endpoint:str standard:bool server_key:str alerts:{bool} policy:str
Report
  id:str action_taken:bool action_taken_at:str? category:str comment:str forwarded:bool created_at:str
  status_ids:[str]? rule_ids:[str]? target_account:Account
Announcement
  id:str content:str starts_at:str? ends_at:str? all_day:bool published_at:str updated_at:str read:bool*
  mentions:[AnnouncementAccount] statuses:[Status] tags:[StatusTag] emojis:[CustomEmoji]
  reactions:[Reaction]
AnnouncementAccount
  id:str username:str url:str acct:str
Reaction
  name:str count:int me:bool* url:str?* static_url:str?*
Collection
  id:str account_id:str uri:str url:str? name:str description:str language:str? local:bool sensitive:bool
  discoverable:bool tag:ShallowTag? created_at:str updated_at:str item_count:int items:[CollectionItem]
CollectionItem
  id:str account_id:str?* state:str created_at:str
CollectionWithAccounts
  accounts:[Account] collection:Collection
ShallowTag
  name:str url:str
Instance
  domain:str title:str version:str source_url:str description:str usage:InstanceUsage thumbnail:InstanceThumbnail
  icon:[InstanceIcon] languages:[str] configuration:InstanceConfiguration registrations:InstanceRegistrations
  contact:InstanceContact rules:[Rule] api_versions:any
InstanceUsage
  users:any
InstanceThumbnail
  url:str blurhash:str?* versions:any* description:str*
InstanceIcon
  src:str size:str
InstanceConfiguration
  urls:any vapid:any accounts:any statuses:any media_attachments:any polls:any translation:any
  timelines_access:any limited_federation:bool
InstanceRegistrations
  enabled:bool approval_required:bool reason_required:bool? message:str? min_age:int? url:str?
InstanceContact
  email:str account:Account?
Rule
  id:str text:str hint:str translations:{RuleTranslation}
RuleTranslation
  text:str hint:str
V1Instance
  uri:str title:str short_description:str description:str email:str version:str urls:any stats:any thumbnail:str?
  languages:[str] registrations:bool approval_required:bool invites_enabled:bool configuration:any
  contact_account:Account? rules:[Rule]
Activity
  week:str statuses:str logins:str registrations:str
DomainBlock
  domain:str digest:str severity:str comment:str?*
ExtendedDescription
  updated_at:str content:str
PrivacyPolicy
  updated_at:str content:str
TermsOfService
  effective_date:str effective:bool content:str succeeded_by:str?
Token
  access_token:str token_type:str scope:str created_at:int
Translation
  content:str spoiler_text:str poll:any* media_attachments:any language:str detected_source_language:str provider:str
AsyncRefresh
  id:str status:str result_count:int?
AnnualReport
  year:int data:any schema_version:int share_url:str? account_id:str
Error
  error:str error_description:str*
AdminAccount
  id:str username:str domain:str? created_at:str email:str ip:str? ips:[AdminIp] locale:str? invite_request:str?
  role:Role? confirmed:bool approved:bool disabled:bool silenced:bool suspended:bool sensitized:bool account:Account
  created_by_application_id:str?* invited_by_account_id:str?*
AdminIp
  ip:str used_at:str
AdminCohort
  period:str frequency:str data:[AdminCohortData]
AdminCohortData
  date:str rate:num value:str
AdminDimension
  key:str data:[AdminDimensionData]
AdminDimensionData
  key:str human_key:str value:str unit:str* human_value:str*
AdminMeasure
  key:str unit:str? total:str human_value:str* previous_total:str* data:[AdminMeasureData]
AdminMeasureData
  date:str value:str
AdminReport
  id:str action_taken:bool action_taken_at:str? category:str comment:str forwarded:bool created_at:str updated_at:str
  account:AdminAccount target_account:AdminAccount assigned_account:AdminAccount?
  action_taken_by_account:AdminAccount? statuses:[Status] rules:[Rule]
AdminDomainAllow
  id:str domain:str created_at:str
AdminDomainBlock
  id:str domain:str digest:str created_at:str severity:str reject_media:bool reject_reports:bool private_comment:str?
  public_comment:str? obfuscate:bool
AdminEmailDomainBlock
  id:str domain:str created_at:str history:[History]
AdminCanonicalEmailBlock
  id:str canonical_email_hash:str
AdminIpBlock
  id:str ip:str severity:str comment:str created_at:str expires_at:str?
AdminTag
  id:str trendable:bool usable:bool requires_review:bool
"""


@dataclass(frozen=True)
class Attribute:
    """What is said of one attribute."""

    name: str
    kind: str
    null: bool
    sometimes: bool


@cache
def entities() -> dict[str, list[Attribute]]:
    """Every entity with its attributes."""
    found: dict[str, list[Attribute]] = {}
    name = ""
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            name = line.strip()
            found[name] = []
            continue
        for said in line.split():
            attribute, _, kind = said.rpartition(":")
            found[name].append(Attribute(attribute, kind.rstrip("?*"), "?" in kind, "*" in kind))
    return found
