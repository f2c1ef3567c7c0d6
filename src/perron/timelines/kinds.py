"""Which choice of a person each type of notice falls under."""

KIND = {
    "mention": "mention",
    "quote": "quote",
    "quoted_update": "quote",
    "credit": "credit",
    "reblog": "boost",
    "favourite": "favourite",
    "follow": "follow",
    "follow_request": "request",
    "status": "post",
    "update": "edit",
    "poll": "poll",
    "moderation_warning": "decision",
    "severed_relationships": "decision",
    "added_to_collection": "collection",
    "collection_update": "collection",
    "story": "quote",
    "admin.report": "report",
    "admin.sign_up": "sign_up",
}
"""What a notice of each type is called where people choose (`people/preferences.py`)."""
