// Decks, made lively. Without this each column is a list with a link to its next page.
