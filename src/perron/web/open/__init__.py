"""Pages for everybody: front, profiles, posts with their conversations, tags, search, feeds, what machines ask for."""
