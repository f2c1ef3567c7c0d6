"""An invented town, ready to be loaded into an empty server: its people, their talk and their pictures."""
