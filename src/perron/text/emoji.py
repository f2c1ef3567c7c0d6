"""What is one emoji and nothing else, as Unicode builds them."""

import regex

LONGEST = 40
"""Characters; the longest families with skin tones have fewer."""

_ONE = (
    r"(?![\p{Regional_Indicator}\p{Emoji_Modifier}])"
    r"(?:\p{Emoji_Presentation}|[\p{Emoji}--\p{ASCII}])(?:\ufe0f|\p{Emoji_Modifier})?"
)
_EMOJI = regex.compile(
    rf"""\p{{Regional_Indicator}}{{2}}
      | [0-9\#*]\ufe0f?\u20e3
      | {_ONE}[\U000e0020-\U000e007e]++\U000e007f
      | {_ONE}(?:\u200d{_ONE})*+""",
    regex.VERBOSE | regex.VERSION1,
)
_BARE = regex.compile(r"(?!\p{Emoji_Presentation})\p{Emoji}")


def read_emoji(text: str) -> str | None:
    """The emoji that a text is, the same for the two ways of writing some (`❤` and `❤️`); None when it is none."""
    if len(text) > LONGEST or not _EMOJI.fullmatch(text):
        return None
    return text + "\ufe0f" if _BARE.fullmatch(text) else text
