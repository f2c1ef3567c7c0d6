"""What clients read, as types: each entity of the API with its attributes, the words of Mastodon's documentation.

`api/openapi/` publishes them, the suite holds every answer against them.
"""
