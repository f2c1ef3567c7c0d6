"""What Mastodon's documentation (4.6) says of each address: whom it answers, and which scope a token needs.

Written down apart from the server's own table, which it judges. One address a line: method, path, who (`public`:
anybody; `app`: also an app that speaks for itself; `user`), and scopes, of which one is enough. A `public` address
without a scope leaves open what becomes of a token that may do something else.
"""

TABLE = """
# Apps & OAuth
POST   /api/v1/apps                                                   public
GET    /api/v1/apps/verify_credentials                                app
POST   /api/v1/emails/confirmations                                   user
GET    /api/v1/emails/check_confirmation                              user
# Instance
GET    /api/v1/custom_emojis                                          public
GET    /api/v2/instance                                               public
GET    /api/v1/instance/peers                                         public
GET    /api/v1/instance/activity                                      public
GET    /api/v1/instance/rules                                         public
GET    /api/v1/instance/domain_blocks                                 public
GET    /api/v1/instance/extended_description                          public
GET    /api/v1/instance/privacy_policy                                public
GET    /api/v1/instance/terms_of_service                              public
GET    /api/v1/instance/terms_of_service/{}                           public
GET    /api/v1/instance/translation_languages                         public
GET    /api/v1/instance                                               public
GET    /api/v1/instance/languages                                     public
GET    /api/v1/peers/search                                           public
# Accounts
POST   /api/v1/accounts                                               app write:accounts
GET    /api/v1/accounts/verify_credentials                            user profile read:accounts
PATCH  /api/v1/accounts/update_credentials                            user write:accounts
GET    /api/v1/accounts/{}                                            public
GET    /api/v1/accounts                                               public
GET    /api/v1/accounts/{}/statuses                                   public read:statuses
GET    /api/v1/accounts/{}/followers                                  public
GET    /api/v1/accounts/{}/following                                  public
GET    /api/v1/accounts/{}/featured_tags                              public
GET    /api/v1/accounts/{}/lists                                      user read:lists
POST   /api/v1/accounts/{}/follow                                     user write:follows
POST   /api/v1/accounts/{}/unfollow                                   user write:follows
POST   /api/v1/accounts/{}/remove_from_followers                      user write:follows
POST   /api/v1/accounts/{}/block                                      user write:blocks
POST   /api/v1/accounts/{}/unblock                                    user write:blocks
POST   /api/v1/accounts/{}/mute                                       user write:mutes
POST   /api/v1/accounts/{}/unmute                                     user write:mutes
POST   /api/v1/accounts/{}/pin                                        user write:accounts
POST   /api/v1/accounts/{}/unpin                                      user write:accounts
GET    /api/v1/accounts/{}/endorsements                               public
POST   /api/v1/accounts/{}/endorse                                    user write:accounts
POST   /api/v1/accounts/{}/unendorse                                  user write:accounts
POST   /api/v1/accounts/{}/note                                       user write:accounts
GET    /api/v1/accounts/relationships                                 user read:follows
GET    /api/v1/accounts/familiar_followers                            user read:follows
GET    /api/v1/accounts/search                                        user read:accounts
GET    /api/v1/accounts/lookup                                        public read:accounts
GET    /api/v1/accounts/{}/identity_proofs                            user
POST   /api/v1/accounts/{}/email_subscriptions                        public
# Preferences & profile
GET    /api/v1/preferences                                            user read:accounts
GET    /api/v1/profile                                                user profile read:accounts
PATCH  /api/v1/profile                                                user write:accounts
DELETE /api/v1/profile/avatar                                         user write:accounts
DELETE /api/v1/profile/header                                         user write:accounts
# Statuses
POST   /api/v1/statuses                                               user write:statuses
GET    /api/v1/statuses/{}                                            public read:statuses
GET    /api/v1/statuses                                               public read:statuses
DELETE /api/v1/statuses/{}                                            user write:statuses
GET    /api/v1/statuses/{}/context                                    public read:statuses
POST   /api/v1/statuses/{}/translate                                  app read:statuses
GET    /api/v1/statuses/{}/reblogged_by                               public read:statuses
GET    /api/v1/statuses/{}/quotes                                     user read:statuses
GET    /api/v1/statuses/{}/favourited_by                              public read:statuses
POST   /api/v1/statuses/{}/favourite                                  user write:favourites
POST   /api/v1/statuses/{}/unfavourite                                user write:favourites
POST   /api/v1/statuses/{}/reblog                                     user write:statuses
POST   /api/v1/statuses/{}/unreblog                                   user write:statuses
POST   /api/v1/statuses/{}/bookmark                                   user write:bookmarks
POST   /api/v1/statuses/{}/unbookmark                                 user write:bookmarks
POST   /api/v1/statuses/{}/quotes/{}/revoke                           user write:statuses
POST   /api/v1/statuses/{}/mute                                       user write:mutes
POST   /api/v1/statuses/{}/unmute                                     user write:mutes
POST   /api/v1/statuses/{}/pin                                        user write:accounts
POST   /api/v1/statuses/{}/unpin                                      user write:accounts
PUT    /api/v1/statuses/{}                                            user write:statuses
PUT    /api/v1/statuses/{}/interaction_policy                         user write:statuses
GET    /api/v1/statuses/{}/history                                    public read:statuses
GET    /api/v1/statuses/{}/source                                     app read:statuses
GET    /api/v1/statuses/{}/card                                       public read:statuses
# Media
POST   /api/v2/media                                                  user write:media
GET    /api/v1/media/{}                                               user write:media
DELETE /api/v1/media/{}                                               user write:media
PUT    /api/v1/media/{}                                               user write:media
POST   /api/v1/media                                                  user write:media
# Polls
GET    /api/v1/polls/{}                                               public read:statuses
POST   /api/v1/polls/{}/votes                                         user write:statuses
# Scheduled statuses
GET    /api/v1/scheduled_statuses                                     user read:statuses
GET    /api/v1/scheduled_statuses/{}                                  user read:statuses
PUT    /api/v1/scheduled_statuses/{}                                  user write:statuses
DELETE /api/v1/scheduled_statuses/{}                                  user write:statuses
# Timelines
GET    /api/v1/timelines/public                                       public read:statuses
GET    /api/v1/timelines/tag/{}                                       public read:statuses
GET    /api/v1/timelines/home                                         user read:statuses
GET    /api/v1/timelines/link                                         public read:statuses
GET    /api/v1/timelines/list/{}                                      user read:lists
GET    /api/v1/timelines/direct                                       user read:statuses
# Lists
GET    /api/v1/lists                                                  user read:lists
GET    /api/v1/lists/{}                                               user read:lists
POST   /api/v1/lists                                                  user write:lists
PUT    /api/v1/lists/{}                                               user write:lists
DELETE /api/v1/lists/{}                                               user write:lists
GET    /api/v1/lists/{}/accounts                                      user read:lists
POST   /api/v1/lists/{}/accounts                                      user write:lists
DELETE /api/v1/lists/{}/accounts                                      user write:lists
# Markers
GET    /api/v1/markers                                                user read:statuses
POST   /api/v1/markers                                                user write:statuses
# Notifications v1, policy, requests
GET    /api/v1/notifications                                          user read:notifications
GET    /api/v1/notifications/{}                                       user read:notifications
POST   /api/v1/notifications/clear                                    user write:notifications
POST   /api/v1/notifications/{}/dismiss                               user write:notifications
POST   /api/v1/notifications/dismiss                                  user write:notifications
GET    /api/v1/notifications/unread_count                             user read:notifications
GET    /api/v2/notifications/policy                                   user read:notifications
PATCH  /api/v2/notifications/policy                                   user write:notifications
GET    /api/v1/notifications/requests                                 user read:notifications
GET    /api/v1/notifications/requests/{}                              user read:notifications
POST   /api/v1/notifications/requests/{}/accept                       user write:notifications
POST   /api/v1/notifications/requests/{}/dismiss                      user write:notifications
POST   /api/v1/notifications/requests/accept                          user write:notifications
POST   /api/v1/notifications/requests/dismiss                         user write:notifications
GET    /api/v1/notifications/requests/merged                          user read:notifications
DELETE /api/v1/notifications/{}                                       user write:notifications
DELETE /api/v1/notifications/destroy_multiple                         user write:notifications
GET    /api/v1/notifications/policy                                   user read:notifications
PUT    /api/v1/notifications/policy                                   user write:notifications
# Notifications v2 (grouped)
GET    /api/v2/notifications                                          user read:notifications
GET    /api/v2/notifications/{}                                       user read:notifications
POST   /api/v2/notifications/{}/dismiss                               user write:notifications
GET    /api/v2/notifications/{}/accounts                              user read:notifications
GET    /api/v2/notifications/unread_count                             user read:notifications
POST   /api/v2/notifications/clear                                    user write:notifications
# Web push
POST   /api/v1/push/subscription                                      user push
GET    /api/v1/push/subscription                                      user push
PUT    /api/v1/push/subscription                                      user push
DELETE /api/v1/push/subscription                                      user push
# Conversations (DMs)
GET    /api/v1/conversations                                          user read:statuses
DELETE /api/v1/conversations/{}                                       user write:conversations
POST   /api/v1/conversations/{}/read                                  user write:conversations
POST   /api/v1/conversations/{}/unread                                user write:conversations
# Search
GET    /api/v2/search                                                 public read:search
GET    /api/v1/search                                                 user read:search
# Filters v2 (server side)
GET    /api/v2/filters                                                user read:filters
GET    /api/v2/filters/{}                                             user read:filters
POST   /api/v2/filters                                                user write:filters
PUT    /api/v2/filters/{}                                             user write:filters
DELETE /api/v2/filters/{}                                             user write:filters
GET    /api/v2/filters/{}/keywords                                    user read:filters
POST   /api/v2/filters/{}/keywords                                    user write:filters
GET    /api/v2/filters/keywords/{}                                    user read:filters
PUT    /api/v2/filters/keywords/{}                                    user write:filters
DELETE /api/v2/filters/keywords/{}                                    user write:filters
GET    /api/v2/filters/{}/statuses                                    user read:filters
POST   /api/v2/filters/{}/statuses                                    user write:filters
GET    /api/v2/filters/statuses/{}                                    user read:filters
DELETE /api/v2/filters/statuses/{}                                    user write:filters
# Filters v1 (deprecated)
GET    /api/v1/filters                                                user read:filters
GET    /api/v1/filters/{}                                             user read:filters
POST   /api/v1/filters                                                user write:filters
PUT    /api/v1/filters/{}                                             user write:filters
DELETE /api/v1/filters/{}                                             user write:filters
# Follow requests
GET    /api/v1/follow_requests                                        user read:follows follow
POST   /api/v1/follow_requests/{}/authorize                           user write:follows follow
POST   /api/v1/follow_requests/{}/reject                              user write:follows follow
# Blocks, mutes, domain blocks
GET    /api/v1/blocks                                                 user read:blocks
GET    /api/v1/domain_blocks                                          user read:blocks follow
POST   /api/v1/domain_blocks                                          user write:blocks follow
DELETE /api/v1/domain_blocks                                          user write:blocks follow
GET    /api/v1/mutes                                                  user read:mutes follow
GET    /api/v1/domain_blocks/preview                                  user read:blocks
# Bookmarks, favourites, endorsements
GET    /api/v1/bookmarks                                              user read:bookmarks
GET    /api/v1/endorsements                                           user read:accounts
GET    /api/v1/favourites                                             user read:favourites
# Tags
GET    /api/v1/featured_tags                                          user read:accounts
POST   /api/v1/featured_tags                                          user write:accounts
DELETE /api/v1/featured_tags/{}                                       user write:accounts
GET    /api/v1/featured_tags/suggestions                              user read:accounts
GET    /api/v1/followed_tags                                          user read:follows
GET    /api/v1/tags/{}                                                public
POST   /api/v1/tags/{}/follow                                         user write:follows
POST   /api/v1/tags/{}/unfollow                                       user write:follows
POST   /api/v1/tags/{}/feature                                        user write:accounts
POST   /api/v1/tags/{}/unfeature                                      user write:accounts
# Trends
GET    /api/v1/trends/tags                                            public
GET    /api/v1/trends/statuses                                        public
GET    /api/v1/trends/links                                           public
GET    /api/v1/trends                                                 public
# Directory & suggestions
GET    /api/v1/directory                                              public
GET    /api/v2/suggestions                                            user read
DELETE /api/v1/suggestions/{}                                         user read
GET    /api/v1/suggestions                                            user read
# Announcements
GET    /api/v1/announcements                                          user
POST   /api/v1/announcements/{}/dismiss                               user write:accounts
PUT    /api/v1/announcements/{}/reactions/{}                          user write:favourites
DELETE /api/v1/announcements/{}/reactions/{}                          user write:favourites
# Reports
POST   /api/v1/reports                                                user write:reports
# Collections (4.6, starter packs)
POST   /api/v1/collections                                            user write:collections
GET    /api/v1/collections/{}                                         public read:collections
GET    /api/v1/accounts/{}/collections                                public read:collections
GET    /api/v1/accounts/{}/in_collections                             user read:collections
PATCH  /api/v1/collections/{}                                         user write:collections
DELETE /api/v1/collections/{}                                         user write:collections
POST   /api/v1/collections/{}/items                                   user write:collections
DELETE /api/v1/collections/{}/items/{}                                user write:collections
POST   /api/v1/collections/{}/items/{}/revoke                         user write:collections
# Annual reports (Wrapstodon)
GET    /api/v1/annual_reports                                         user read:accounts
GET    /api/v1/annual_reports/{}                                      user read:accounts
GET    /api/v1/annual_reports/{}/state                                user read:accounts
POST   /api/v1/annual_reports/{}/read                                 user write:accounts
POST   /api/v1/annual_reports/{}/generate                             user write:accounts
# Async refreshes
GET    /api/v1_alpha/async_refreshes/{}                               user read
# oEmbed, health, misc
GET    /api/oembed                                                    public
GET    /api/proofs                                                    public
GET    /api/v1/donation_campaigns                                     public
# Admin: accounts
GET    /api/v1/admin/accounts                                         user admin:read:accounts
GET    /api/v2/admin/accounts                                         user admin:read:accounts
GET    /api/v1/admin/accounts/{}                                      user admin:read:accounts
POST   /api/v1/admin/accounts/{}/approve                              user admin:write:accounts
POST   /api/v1/admin/accounts/{}/reject                               user admin:write:accounts
DELETE /api/v1/admin/accounts/{}                                      user admin:write:accounts
POST   /api/v1/admin/accounts/{}/action                               user admin:write:accounts
POST   /api/v1/admin/accounts/{}/enable                               user admin:write:accounts
POST   /api/v1/admin/accounts/{}/unsilence                            user admin:write:accounts
POST   /api/v1/admin/accounts/{}/unsuspend                            user admin:write:accounts
POST   /api/v1/admin/accounts/{}/unsensitive                          user admin:write:accounts
# Admin: canonical_email_blocks
GET    /api/v1/admin/canonical_email_blocks                           user admin:read:canonical_email_blocks
GET    /api/v1/admin/canonical_email_blocks/{}                        user admin:read:canonical_email_blocks
POST   /api/v1/admin/canonical_email_blocks/test                      user admin:read:canonical_email_blocks
POST   /api/v1/admin/canonical_email_blocks                           user admin:write:canonical_email_blocks
DELETE /api/v1/admin/canonical_email_blocks/{}                        user admin:write:canonical_email_blocks
# Admin: dimensions
POST   /api/v1/admin/dimensions                                       user admin:read
# Admin: domain_allows
GET    /api/v1/admin/domain_allows                                    user admin:read:domain_allows
GET    /api/v1/admin/domain_allows/{}                                 user admin:read:domain_allows
POST   /api/v1/admin/domain_allows                                    user admin:write:domain_allows
DELETE /api/v1/admin/domain_allows/{}                                 user admin:write:domain_allows
# Admin: domain_blocks
GET    /api/v1/admin/domain_blocks                                    user admin:read:domain_blocks
GET    /api/v1/admin/domain_blocks/{}                                 user admin:read:domain_blocks
POST   /api/v1/admin/domain_blocks                                    user admin:write:domain_blocks
PUT    /api/v1/admin/domain_blocks/{}                                 user admin:write:domain_blocks
DELETE /api/v1/admin/domain_blocks/{}                                 user admin:write:domain_blocks
# Admin: email_domain_blocks
GET    /api/v1/admin/email_domain_blocks                              user admin:read:email_domain_blocks
GET    /api/v1/admin/email_domain_blocks/{}                           user admin:read:email_domain_blocks
POST   /api/v1/admin/email_domain_blocks                              user admin:write:email_domain_blocks
DELETE /api/v1/admin/email_domain_blocks/{}                           user admin:write:email_domain_blocks
# Admin: ip_blocks
GET    /api/v1/admin/ip_blocks                                        user admin:read:ip_blocks
GET    /api/v1/admin/ip_blocks/{}                                     user admin:read:ip_blocks
POST   /api/v1/admin/ip_blocks                                        user admin:write:ip_blocks
PUT    /api/v1/admin/ip_blocks/{}                                     user admin:write:ip_blocks
DELETE /api/v1/admin/ip_blocks/{}                                     user admin:write:ip_blocks
# Admin: measures
POST   /api/v1/admin/measures                                         user admin:read
# Admin: reports
GET    /api/v1/admin/reports                                          user admin:read:reports
GET    /api/v1/admin/reports/{}                                       user admin:read:reports
PUT    /api/v1/admin/reports/{}                                       user admin:write:reports
POST   /api/v1/admin/reports/{}/assign_to_self                        user admin:write:reports
POST   /api/v1/admin/reports/{}/unassign                              user admin:write:reports
POST   /api/v1/admin/reports/{}/resolve                               user admin:write:reports
POST   /api/v1/admin/reports/{}/reopen                                user admin:write:reports
# Admin: retention
POST   /api/v1/admin/retention                                        user admin:read
# Admin: trends
GET    /api/v1/admin/trends/links                                     user admin:read
GET    /api/v1/admin/trends/statuses                                  user admin:read
GET    /api/v1/admin/trends/tags                                      user admin:read
POST   /api/v1/admin/trends/tags/{}/approve                           user admin:write
POST   /api/v1/admin/trends/statuses/{}/approve                       user admin:write
POST   /api/v1/admin/trends/links/{}/approve                          user admin:write
GET    /api/v1/admin/trends/links/publishers                          user admin:read
GET    /api/v1/admin/tags                                             user admin:read
POST   /api/v1/admin/trends/tags/{}/reject                            user admin:write
POST   /api/v1/admin/trends/statuses/{}/reject                        user admin:write
POST   /api/v1/admin/trends/links/{}/reject                           user admin:write
POST   /api/v1/admin/trends/links/publishers/{}/approve               user admin:write
POST   /api/v1/admin/trends/links/publishers/{}/reject                user admin:write
GET    /api/v1/admin/tags/{}                                          user admin:read
PUT    /api/v1/admin/tags/{}                                          user admin:write
# ours: what is planned, watched and done together
POST   /api/perron/v1/threads                                        user write:statuses
POST   /api/perron/v1/threads/check                                  user read:statuses
POST   /api/perron/v1/threads/import                                 user write:statuses
GET    /api/perron/v1/threads                                        user read:statuses
GET    /api/perron/v1/threads/{}                                     user read:statuses
PUT    /api/perron/v1/threads/{}                                     user write:statuses
DELETE /api/perron/v1/threads/{}                                     user write:statuses
POST   /api/perron/v1/threads/{}/publish                             user write:statuses
GET    /api/perron/v1/clock                                          public
GET    /api/perron/v1/queue                                          user read:statuses
POST   /api/perron/v1/queue                                          user write:statuses
PUT    /api/perron/v1/queue                                          user write:statuses
GET    /api/perron/v1/slots                                          user read:statuses
PUT    /api/perron/v1/slots                                          user write:statuses
GET    /api/perron/v1/slots/free                                     user read:statuses
GET    /api/perron/v1/series                                         user read:statuses
POST   /api/perron/v1/series                                         user write:statuses
GET    /api/perron/v1/series/{}                                      user read:statuses
PUT    /api/perron/v1/series/{}                                      user write:statuses
DELETE /api/perron/v1/series/{}                                      user write:statuses
GET    /api/perron/v1/series/{}/places                               user read:statuses
GET    /api/perron/v1/published                                      user read:statuses
GET    /api/perron/v1/published/compared                             user read:statuses
GET    /api/perron/v1/audience/hours                                 user read:statuses
GET    /api/perron/v1/statuses/{}/origin                             public
GET    /api/perron/v1/accounts/{}/origin                             public
GET    /api/perron/v1/events                                         user read:statuses
POST   /api/perron/v1/events                                         user write:statuses
DELETE /api/perron/v1/events/{}                                      user write:statuses
GET    /api/perron/v1/decks                                          user read:lists
POST   /api/perron/v1/decks                                          user write:lists
GET    /api/perron/v1/decks/{}                                       user read:lists
PUT    /api/perron/v1/decks/{}                                       user write:lists
DELETE /api/perron/v1/decks/{}                                       user write:lists
GET    /api/perron/v1/organisations                                  user read:accounts
POST   /api/perron/v1/organisations                                  user write:accounts
POST   /api/perron/v1/organisations/join                             user write:accounts
GET    /api/perron/v1/organisations/{}                               user read:accounts
PATCH  /api/perron/v1/organisations/{}                               user write:accounts
GET    /api/perron/v1/organisations/{}/brands                        user read:accounts
POST   /api/perron/v1/organisations/{}/brands                        user write:accounts
PATCH  /api/perron/v1/organisations/{}/brands/{}                     user write:accounts
DELETE /api/perron/v1/organisations/{}/brands/{}                     user write:accounts
GET    /api/perron/v1/organisations/{}/members                       user read:accounts
PATCH  /api/perron/v1/organisations/{}/members/{}                    user write:accounts
DELETE /api/perron/v1/organisations/{}/members/{}                    user write:accounts
GET    /api/perron/v1/organisations/{}/invitations                   user read:accounts
POST   /api/perron/v1/organisations/{}/invitations                   user write:accounts
DELETE /api/perron/v1/organisations/{}/invitations/{}                user write:accounts
GET    /api/perron/v1/organisations/{}/journal                       user read:accounts
GET    /api/perron/v1/organisations/{}/submissions                   user read:statuses
POST   /api/perron/v1/organisations/{}/pause                         user write:statuses
POST   /api/perron/v1/organisations/{}/resume                        user write:statuses
POST   /api/perron/v1/submissions                                    user write:statuses
POST   /api/perron/v1/submissions/release                            user write:statuses
GET    /api/perron/v1/submissions/{}                                 user read:statuses
POST   /api/perron/v1/submissions/{}/approve                         user write:statuses
POST   /api/perron/v1/submissions/{}/request_changes                 user write:statuses
POST   /api/perron/v1/submissions/{}/comments                        user write:statuses
POST   /api/perron/v1/submissions/{}/withdraw                        user write:statuses
GET    /api/perron/v1/organisations/{}/inbox                         user read:statuses
GET    /api/perron/v1/organisations/{}/figures                       user read:accounts
GET    /api/perron/v1/outlets                                        user read:statuses
POST   /api/perron/v1/outlets                                        user write:statuses
POST   /api/perron/v1/outlets/preview                                user read:statuses
GET    /api/perron/v1/outlets/{}                                     user read:statuses
PUT    /api/perron/v1/outlets/{}                                     user write:statuses
DELETE /api/perron/v1/outlets/{}                                     user write:statuses
POST   /api/perron/v1/outlets/{}/secret                              user write:statuses
POST   /api/perron/v1/outlets/{}/test                                user write:statuses
GET    /api/perron/v1/outlets/{}/deliveries                          user read:statuses
GET    /api/perron/v1/outlets/{}/readers                             user read:statuses
POST   /api/perron/v1/outlets/{}/readers                             user write:statuses
DELETE /api/perron/v1/outlets/{}/readers/{}                          user write:statuses
POST   /api/perron/v1/deliveries/{}/resend                           user write:statuses
POST   /api/perron/v1/deliveries/{}/settle                           user write:statuses
POST   /api/perron/v1/inbox/{}/{}/ask                                user write:statuses
GET    /api/perron/v1/asked/{}/{}                                    user read:statuses
POST   /api/perron/v1/asked/{}/{}                                    user write:statuses
GET    /api/perron/v1/organisations/{}/kit                           user read:accounts
PUT    /api/perron/v1/organisations/{}/kit                           user write:accounts
POST   /api/perron/v1/organisations/{}/kit/pictures                  user write:accounts
DELETE /api/perron/v1/organisations/{}/kit/pictures/{}               user write:accounts
POST   /api/perron/v1/organisations/{}/kit/take                      user write:media
GET    /api/perron/v1/organisations/{}/proposals                     user read:accounts
POST   /api/perron/v1/organisations/{}/proposals                     user write:accounts
DELETE /api/perron/v1/organisations/{}/proposals/{}                  user write:accounts
GET    /api/perron/v1/inbox/{}                                       user read:statuses
GET    /api/perron/v1/inbox/{}/{}                                    user read:statuses
POST   /api/perron/v1/inbox/{}/{}/assign                             user write:statuses
POST   /api/perron/v1/inbox/{}/{}/state                              user write:statuses
POST   /api/perron/v1/inbox/{}/{}/answer                             user write:statuses
POST   /api/perron/v1/inbox/{}/{}/writing                            user write:statuses
DELETE /api/perron/v1/inbox/{}/{}/writing                            user write:statuses
GET    /api/perron/v1/organisations/{}/guests                        user read:accounts
POST   /api/perron/v1/organisations/{}/guests                        user write:accounts
DELETE /api/perron/v1/organisations/{}/guests/{}                     user write:accounts
GET    /api/perron/v1/organisations/{}/campaigns                     user read:statuses
POST   /api/perron/v1/organisations/{}/campaigns                     user write:statuses
GET    /api/perron/v1/campaigns                                      user read:statuses
GET    /api/perron/v1/campaigns/{}                                   user read:statuses
PATCH  /api/perron/v1/campaigns/{}                                   user write:statuses
DELETE /api/perron/v1/campaigns/{}                                   user write:statuses
POST   /api/perron/v1/campaigns/{}/items                             user write:statuses
DELETE /api/perron/v1/campaigns/{}/items/{}                          user write:statuses
POST   /api/perron/v1/campaigns/{}/links                             user write:accounts
DELETE /api/perron/v1/campaigns/{}/links/{}                          user write:accounts
POST   /api/perron/v1/campaigns/{}/comments                          user write:statuses
GET    /api/perron/v1/organisations/{}/sponsors                      user read:accounts
POST   /api/perron/v1/organisations/{}/sponsors                      user write:accounts
DELETE /api/perron/v1/sponsors/{}                                    user write:accounts
GET    /api/perron/v1/sponsors/{}/statuses                           user read:statuses
POST   /api/perron/v1/sponsors/{}/links                              user write:accounts
DELETE /api/perron/v1/sponsors/{}/links/{}                           user write:accounts
POST   /api/perron/v1/bank/imports/{}/files                          user write:media
# ours: the media bank
GET    /api/perron/v1/bank                                           user write:media
GET    /api/perron/v1/bank/items                                     user write:media
POST   /api/perron/v1/bank/items                                     user write:media
POST   /api/perron/v1/bank/items/change                              user write:media
POST   /api/perron/v1/bank/items/remove                              user write:media
POST   /api/perron/v1/bank/items/use                                 user write:media
GET    /api/perron/v1/bank/items/{}                                  user write:media
PATCH  /api/perron/v1/bank/items/{}                                  user write:media
DELETE /api/perron/v1/bank/items/{}                                  user write:media
GET    /api/perron/v1/bank/items/{}/uses                             user write:media
GET    /api/perron/v1/bank/terms                                     user write:media
GET    /api/perron/v1/bank/boxes                                     user write:media
POST   /api/perron/v1/bank/boxes                                     user write:media
DELETE /api/perron/v1/bank/boxes/{}                                  user write:media
GET    /api/perron/v1/bank/imports                                   user write:media
POST   /api/perron/v1/bank/imports                                   user write:media
GET    /api/perron/v1/bank/imports/{}                                user write:media
POST   /api/perron/v1/bank/imports/{}/cancel                         user write:media
# ours: stories
GET    /api/perron/v1/stories                                        user read:statuses
POST   /api/perron/v1/stories                                        user write:statuses
POST   /api/perron/v1/stories/gather                                 user write:statuses
GET    /api/perron/v1/stories/works                                  user read:statuses
GET    /api/perron/v1/stories/works/{}                               user read:statuses
DELETE /api/perron/v1/stories/works/{}                               user write:statuses
GET    /api/perron/v1/stories/works/{}/file                          user read:statuses
POST   /api/perron/v1/stories/export                                 user write:statuses
POST   /api/perron/v1/stories/import                                 user write:statuses
GET    /api/perron/v1/stories/{}                                     public read:statuses
PATCH  /api/perron/v1/stories/{}                                     user write:statuses
DELETE /api/perron/v1/stories/{}                                     user write:statuses
POST   /api/perron/v1/stories/{}/publish                             user write:statuses
POST   /api/perron/v1/stories/{}/unpublish                           user write:statuses
GET    /api/perron/v1/stories/{}/presence                            user read:statuses
POST   /api/perron/v1/stories/{}/presence                            user write:statuses
POST   /api/perron/v1/stories/{}/undo                                user write:statuses
POST   /api/perron/v1/stories/{}/items                               user write:statuses
PATCH  /api/perron/v1/stories/{}/items/{}                            user write:statuses
DELETE /api/perron/v1/stories/{}/items/{}                            user write:statuses
POST   /api/perron/v1/stories/{}/items/{}/move                       user write:statuses
GET    /api/perron/v1/stories/{}/export/{}                           public read:statuses
GET    /api/perron/v1/stories/{}/people                              user read:statuses
POST   /api/perron/v1/stories/{}/leave                               user write:statuses
GET    /api/perron/v1/stories/{}/figures                             user read:statuses
GET    /api/perron/v1/stories/{}/gains                               user read:statuses
GET    /api/perron/v1/stories/{}/rival                               user read:statuses
POST   /api/perron/v1/stories/{}/rival                               user write:statuses
POST   /api/perron/v1/stories/{}/rival/settle                        user write:statuses
GET    /api/perron/v1/statuses/{}/stories                            user read:statuses
GET    /api/perron/v1/accounts/{}/stories                            public read:statuses
GET    /api/perron/v1/clips                                          user read:statuses
POST   /api/perron/v1/clips                                          user write:statuses
DELETE /api/perron/v1/clips/{}                                       user write:statuses
POST   /api/perron/v1/threads                                        user write:statuses
POST   /api/perron/v1/threads/check                                  user read:statuses
GET    /api/perron/v1/threads                                        user read:statuses
GET    /api/perron/v1/threads/{}                                     user read:statuses
PUT    /api/perron/v1/threads/{}                                     user write:statuses
DELETE /api/perron/v1/threads/{}                                     user write:statuses
POST   /api/perron/v1/threads/{}/publish                             user write:statuses
GET    /api/perron/v1/clock                                          public
GET    /api/perron/v1/queue                                          user read:statuses
POST   /api/perron/v1/queue                                          user write:statuses
PUT    /api/perron/v1/queue                                          user write:statuses
GET    /api/perron/v1/slots                                          user read:statuses
PUT    /api/perron/v1/slots                                          user write:statuses
GET    /api/perron/v1/slots/free                                     user read:statuses
GET    /api/perron/v1/series                                         user read:statuses
POST   /api/perron/v1/series                                         user write:statuses
GET    /api/perron/v1/series/{}                                      user read:statuses
PUT    /api/perron/v1/series/{}                                      user write:statuses
DELETE /api/perron/v1/series/{}                                      user write:statuses
GET    /api/perron/v1/series/{}/places                               user read:statuses
GET    /api/perron/v1/published                                      user read:statuses
GET    /api/perron/v1/published/compared                             user read:statuses
GET    /api/perron/v1/audience/hours                                 user read:statuses
GET    /api/perron/v1/events                                         user read:statuses
POST   /api/perron/v1/events                                         user write:statuses
DELETE /api/perron/v1/events/{}                                      user write:statuses
GET    /api/perron/v1/decks                                          user read:lists
POST   /api/perron/v1/decks                                          user write:lists
GET    /api/perron/v1/decks/{}                                       user read:lists
PUT    /api/perron/v1/decks/{}                                       user write:lists
DELETE /api/perron/v1/decks/{}                                       user write:lists
GET    /api/perron/v1/organisations                                  user read:accounts
POST   /api/perron/v1/organisations                                  user write:accounts
POST   /api/perron/v1/organisations/join                             user write:accounts
GET    /api/perron/v1/organisations/{}                               user read:accounts
PATCH  /api/perron/v1/organisations/{}                               user write:accounts
GET    /api/perron/v1/organisations/{}/brands                        user read:accounts
POST   /api/perron/v1/organisations/{}/brands                        user write:accounts
PATCH  /api/perron/v1/organisations/{}/brands/{}                     user write:accounts
DELETE /api/perron/v1/organisations/{}/brands/{}                     user write:accounts
GET    /api/perron/v1/organisations/{}/members                       user read:accounts
PATCH  /api/perron/v1/organisations/{}/members/{}                    user write:accounts
DELETE /api/perron/v1/organisations/{}/members/{}                    user write:accounts
GET    /api/perron/v1/organisations/{}/invitations                   user read:accounts
POST   /api/perron/v1/organisations/{}/invitations                   user write:accounts
DELETE /api/perron/v1/organisations/{}/invitations/{}                user write:accounts
GET    /api/perron/v1/organisations/{}/journal                       user read:accounts
GET    /api/perron/v1/organisations/{}/submissions                   user read:statuses
POST   /api/perron/v1/organisations/{}/pause                         user write:statuses
POST   /api/perron/v1/organisations/{}/resume                        user write:statuses
POST   /api/perron/v1/submissions                                    user write:statuses
POST   /api/perron/v1/submissions/release                            user write:statuses
GET    /api/perron/v1/submissions/{}                                 user read:statuses
POST   /api/perron/v1/submissions/{}/approve                         user write:statuses
POST   /api/perron/v1/submissions/{}/request_changes                 user write:statuses
POST   /api/perron/v1/submissions/{}/comments                        user write:statuses
POST   /api/perron/v1/submissions/{}/withdraw                        user write:statuses
POST   /api/perron/v1/bank/imports/{}/files                          user write:media
"""


def documented() -> dict[tuple[str, str], tuple[str, list[str]]]:
    """(method, path) → (who, scopes)."""
    lines = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
    return {(method, path): (who, scopes) for method, path, who, *scopes in lines}


FOLLOW = {f"{way}:{what}" for way in ("read", "write") for what in ("blocks", "follows", "mutes")}


def enough(held: str, wanted: str) -> bool:
    """Whether a token with this one scope may do what is wanted."""
    return (
        held == wanted
        or wanted.startswith(f"{held}:")
        or (held == "follow" and wanted in FOLLOW)
        or (wanted == "profile" and held in ("read", "read:accounts"))
    )
