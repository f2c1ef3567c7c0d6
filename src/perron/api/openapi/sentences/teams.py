"""Sentences about several people who speak for several brands."""

_AT = "/api/perron/v1/organisations"
_IN = "/api/perron/v1/inbox/{account_id}"
_OF = "/api/perron/v1/submissions"
CHAPTERS: dict[str, dict[str, str]] = {
    "Organisations": {
        f"GET {_AT}": "The organisations one is in",
        f"POST {_AT}": "Found an organisation",
        f"POST {_AT}/join": "Join an organisation by an invitation",
        f"GET {_AT}/{{id}}": "An organisation",
        f"PATCH {_AT}/{{id}}": "Change an organisation",
        f"GET {_AT}/{{id}}/brands": "The brands of an organisation",
        f"POST {_AT}/{{id}}/brands": "Bring a brand into an organisation, or open one",
        f"PATCH {_AT}/{{id}}/brands/{{account_id}}": "Change how a brand works",
        f"DELETE {_AT}/{{id}}/brands/{{account_id}}": "Take a brand out of an organisation",
        f"GET {_AT}/{{id}}/members": "Who works in an organisation, as what",
        f"PATCH {_AT}/{{id}}/members/{{user_id}}": "Change what somebody is in an organisation",
        f"DELETE {_AT}/{{id}}/members/{{user_id}}": "Take somebody out of an organisation, or leave it",
        f"GET {_AT}/{{id}}/invitations": "Invitations by which one can still come",
        f"POST {_AT}/{{id}}/invitations": "Ask somebody into an organisation",
        f"DELETE {_AT}/{{id}}/invitations/{{invitation_id}}": "End an invitation to an organisation",
        f"GET {_AT}/{{id}}/journal": "Who did what in an organisation",
        f"POST {_AT}/{{id}}/pause": "Let nothing of some brands go out by itself",
        f"POST {_AT}/{{id}}/resume": "Let one thing go on after a pause, or end it",
    },
    "Approvals": {
        f"GET {_AT}/{{id}}/submissions": "What waits for approval, or may go out",
        f"POST {_OF}": "Hand in posts for approval",
        f"POST {_OF}/release": "Publish what was approved, one or several at once",
        f"GET {_OF}/{{id}}": "What was handed in, and what was said about it",
        f"POST {_OF}/{{id}}/approve": "Approve exactly what was looked at",
        f"POST {_OF}/{{id}}/request_changes": "Ask for changes",
        f"POST {_OF}/{{id}}/comments": "Say something about what was handed in",
        f"POST {_OF}/{{id}}/withdraw": "Withdraw what was handed in",
    },
    "Inbox of a brand": {
        f"GET {_AT}/{{id}}/inbox": "How the inboxes of one's brands stand, and how soon they answer",
        f"GET {_IN}": "What people say to a brand",
        f"GET {_IN}/{{post_id}}": "One thing said to a brand",
        f"POST {_IN}/{{post_id}}/assign": "Say who deals with it",
        f"POST {_IN}/{{post_id}}/state": "Say that it is open, answered or done",
        f"POST {_IN}/{{post_id}}/answer": "Answer in the name of the brand",
        f"POST {_IN}/{{post_id}}/writing": "Say that one is writing an answer",
        f"DELETE {_IN}/{{post_id}}/writing": "Say that one is writing no longer",
    },
}
