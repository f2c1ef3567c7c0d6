"""The media bank: pictures and clips that are kept to publish from, with who made them and what is known of them."""
