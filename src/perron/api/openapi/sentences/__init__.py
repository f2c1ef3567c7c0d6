"""What each address does, in one sentence, by chapters: the summaries of the description, and the page of the API.

Sentences are messages: they are in the catalogue `openapi.po`.
"""

from perron.api.openapi.sentences import atelier, people, posts, server, teams

CHAPTERS: dict[str, dict[str, str]] = {
    **people.CHAPTERS,
    **posts.CHAPTERS,
    **atelier.CHAPTERS,
    **server.CHAPTERS,
    **teams.CHAPTERS,
}
SENTENCES = {address: (chapter, says) for chapter, found in CHAPTERS.items() for address, says in found.items()}
