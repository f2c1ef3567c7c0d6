"""Setting type: a *document* (a story, an interview, a book) as HTML, Markdown, PDF, EPUB, JSON and zip, and back.

Pure functions: no database, no HTTP, no network."""
