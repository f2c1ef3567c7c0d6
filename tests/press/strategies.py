"""Documents of any kind, with words that nobody would write and addresses that lead nowhere."""

from hypothesis import strategies as st

from perron.press import document as d
from tests.text.samples import XSS

ODD = [
    "",
    " ",
    "\u202eabc",
    "a\u200bb",
    "\u2066x",
    "مرحبا",
    "👩‍👩‍👧",
    "\x00\x0b",
    "\ud800",
    "\uffff",
    "« A » : b ; c ?",
    "]]>",
    "a" * 500,
]
words = st.one_of(st.text(max_size=40), st.sampled_from([*ODD, *XSS]))
addresses = st.one_of(
    st.sampled_from(
        ["", "https://far.example/a?b=1&c=2", "http://x.example/é(1)", "javascript:alert(1)", "//x", "https://a b"]
    ),
    words,
)
times = st.integers(0, 4_000_000_000_000)
html = st.one_of(words, words.map(lambda text: f"<p>{text}<br>a &nbsp; b</p>"))
people = st.builds(d.Person, words, words, addresses)
pictures = st.builds(d.Picture, addresses, words, st.integers(0, 9000), st.integers(0, 9000), words)
keys = st.one_of(st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True), words)
options = st.builds(d.Option, words, st.none() | st.integers(0, 10**6))
polls = st.builds(
    d.Poll, keys, words, st.lists(options, max_size=4).map(tuple), st.none() | st.integers(0, 99), st.none() | times
)
blocks = st.one_of(
    st.builds(d.Heading, keys, words),
    st.builds(d.Text, keys, html),
    st.builds(
        d.Post,
        keys,
        people,
        html,
        times,
        edited=st.none() | times,
        url=addresses,
        pictures=st.lists(pictures, max_size=3).map(tuple),
        poll=st.none() | polls,
        content_warning=words,
        language=words,
    ),
    st.builds(d.Link, keys, addresses, words, words, words, st.none() | pictures),
    st.builds(d.FeedItem, keys, addresses, words, words, words, st.none() | pictures, words, st.none() | times),
    st.builds(d.Photo, keys, pictures, words),
    st.builds(d.Video, keys, addresses, words, words, st.none() | pictures),
    st.builds(d.Quotation, keys, words, words, addresses),
    polls,
    st.builds(d.Gone, keys, st.sampled_from(["author", "gone", "?"])),
)


def documents() -> st.SearchStrategy[d.Document]:
    return st.builds(
        d.Document,
        words,
        words,
        st.sampled_from(["fr", "en", "ar", "", '"x']),
        st.lists(people, max_size=3).map(tuple),
        st.none() | times,
        st.none() | times,
        addresses,
        st.none() | pictures,
        st.sampled_from(["", "dusk", "nothing"]),
        st.sampled_from(["", "#ff8800", "red"]),
        st.lists(blocks, max_size=6).map(tuple),
    )
