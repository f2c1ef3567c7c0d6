"""Sentences about what is prepared before it is published: addresses of our own."""

CHAPTERS: dict[str, dict[str, str]] = {
    "Media bank": {
        "GET /api/perron/v1/bank": "The media bank of an account",
        "GET /api/perron/v1/bank/items": "Look for pictures in the bank",
        "POST /api/perron/v1/bank/items": "Put a file into the bank",
        "POST /api/perron/v1/bank/items/change": "Say something of several pictures at once",
        "POST /api/perron/v1/bank/items/remove": "Take several pictures out of the bank",
        "POST /api/perron/v1/bank/items/use": "Have copies of pictures to attach to a status",
        "GET /api/perron/v1/bank/items/{id}": "A picture of the bank",
        "PATCH /api/perron/v1/bank/items/{id}": "Say something of a picture",
        "DELETE /api/perron/v1/bank/items/{id}": "Take a picture out of the bank",
        "GET /api/perron/v1/bank/items/{id}/uses": "The statuses that a picture was used in",
        "GET /api/perron/v1/bank/terms": "People, places, credits, tags or albums of the bank",
        "GET /api/perron/v1/bank/boxes": "One’s drop-boxes",
        "POST /api/perron/v1/bank/boxes": "Open a drop-box",
        "DELETE /api/perron/v1/bank/boxes/{id}": "Close a drop-box",
        "GET /api/perron/v1/bank/imports": "One’s last imports",
        "POST /api/perron/v1/bank/imports": "Begin to put many files into the bank",
        "GET /api/perron/v1/bank/imports/{id}": "How far an import is",
        "POST /api/perron/v1/bank/imports/{id}/files": "Send one file of an import",
        "POST /api/perron/v1/bank/imports/{id}/cancel": "Call an import off; what came stays",
    },
}
