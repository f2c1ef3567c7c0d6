"""Running the server: moderators' and owner's pages."""
