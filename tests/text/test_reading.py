import pytest
from hypothesis import given

from perron.text.reading import MOST_HANDLES, Handle, Tag, length, read
from tests.text.samples import posts


def handles(text: str) -> list[str]:
    return [f"{handle.username}@{handle.domain or ''}" for handle in read(text).handles]


def tags(text: str) -> list[str]:
    return [tag.name for tag in read(text).tags]


def test_a_reading_has_each_thing_once_in_order_of_appearance() -> None:
    reading = read("@Bea #Été @ada@R1.test :blob: https://a.test/ #Été @bea :blob: https://a.test/ #ete")
    assert reading.handles == (Handle("bea", None), Handle("ada", "r1.test"))
    assert reading.tags == (Tag("Été", "ete"), Tag("ete", "ete"))
    assert reading.shortcodes == ("blob",)
    assert reading.links == ("https://a.test/",)


def test_the_text_is_settled() -> None:
    assert read("e\u0301\r\n\x00a\x1b\tb\rc\ud800\u2028d").text == "é\na\tb\nc\nd"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ada", ["ada@"]),
        ("@Ada_1.b-c.", ["ada_1.b-c@"]),
        (".@ada, @bea!", ["ada@", "bea@"]),
        ("@ada@ours.test @ada", ["ada@ours.test", "ada@"]),
        ("@bob@r1.test@r2.test", ["bob@r1.test"]),
        ("@bob@Bücher.example.", ["bob@xn--bcher-kva.example"]),
        ("@bob@xn--bcher-kva.example", ["bob@xn--bcher-kva.example"]),
        ("@bob@localhost", ["bob@localhost"]),
        ("@adaさん @bob@r1.testさん", ["ada@", "bob@r1.test"]),
        ("mail@ada.test /@ada =@ada é@ada", []),
        ("https://r1.test/@ada", []),
        ("@\u0430lice @ali\u0441e", []),
        ("@al\u200dice @e\u0301", []),
        ("@ada@-bad.test @bea@" + "a" * 64 + ".test @dirk@" + "a." * 200 + "test", []),
        ("@ @@ @. @é", []),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    assert handles(text) == expected


def test_the_first_fifty_people_are_mentioned_and_no_more() -> None:
    reading = read(" ".join(f"@p{n}" for n in range(500)) + " @p1")
    assert len(reading.handles) == MOST_HANDLES
    assert reading.handles[-1] == Handle("p49", None)
    assert reading.pieces[-1].meaning == Handle("p1", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#été #日本語 #हिन्दी #ไทย", ["été", "日本語", "हिन्दी", "ไทย"]),
        ("#１２３ #٣ #123 #_ #", []),
        ("#1a #a1 #1_2 #_a", ["1a", "a1", "1_2", "_a"]),
        ("#a·b #a··", ["a·b", "a"]),
        ("#a#b", ["a"]),
        ("(#a), «#b» ##c ＃d", ["a", "b", "c", "d"]),
        ("a#b é#c /#d &#x27; =#e", []),
        ("https://a.test/#b", []),
        ("#" + "a" * 255, ["a" * 255]),
        ("#" + "a" * 256, []),
        ("#\ufe0f\u20e3", []),
    ],
)
def test_hashtags(text: str, expected: list[str]) -> None:
    assert tags(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":blob: (:cat_1:) :Big:", ("blob", "cat_1", "Big")),
        ("a:blob: :blob:a é:blob: :aa:bb: ::cc::", ()),
        (":a: :b c: :<b>: :été: : ::", ()),
        ("12:30:45", ()),
    ],
)
def test_shortcodes(text: str, expected: tuple[str, ...]) -> None:
    assert read(text).shortcodes == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.test", "https://a.test"),
        ("HTTP://A.test/B", "HTTP://A.test/B"),
        (
            "(https://fr.wikipedia.org/wiki/Perron_(escalier)).",
            "https://fr.wikipedia.org/wiki/Perron_(escalier)",
        ),
        ("https://a.test/a(b", "https://a.test/a"),
        ("https://a.test/a).", "https://a.test/a"),
        ("https://a.test/?!… ", "https://a.test/?"[:-1]),
        ("«\u202fhttps://a.test/é\u202f»", "https://a.test/é"),
        ("“https://a.test/x”", "https://a.test/x"),
        ("**https://a.test/x**", "https://a.test/x"),
        ("https://a.test/?q[]=1&b=c;d,e#f", "https://a.test/?q[]=1&b=c;d,e#f"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("https://example.comをみて", "https://example.com"),
        ("詳細はhttps://a.test/。", "https://a.test/"),
        ("http://1.2.3.4:8080/x", "http://1.2.3.4:8080/x"),
        ("https://a.test/\u202emoc", "https://a.test/moc"),
        ("https://a.test\\@evil", "https://a.test"),
        ("https://a.test/x\u200by", "https://a.test/x"),
    ],
)
def test_links(text: str, expected: str) -> None:
    if "\\@" in text:
        assert read(text).links == ()
    else:
        assert read(text).links == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "http://bank.test@evil.test/",
        "http://user:password@evil.test/",
        "http://bank.test:80@evil.test/",
        "http://bank.test&x=@evil.test/",
        "http://localhost ftp://a.test http:/a.test https:// http://.test",
        "xhttps://a.test",
        "https://" + "a." * 200 + "test/",
        "https://a.test/" + "a" * 3000,
        "javascript:alert(1)//https:",
    ],
)
def test_what_is_not_a_link(text: str) -> None:
    assert read(text).links == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Bonjour", 7),
        ("e\u0301te\u0301", 3),
        ("日本語", 3),
        ("👩‍👩‍👧‍👦", 1),
        ("👍🏽👍🏽", 2),
        ("🇫🇷🇬🇧🇫", 3),
        ("हिन्दी", 2),
        ("한국어", 3),
        ("a\r\nb", 3),
        ("x" + "\u0301" * 1000, 1),
        ("https://a.test", 23),
        ("https://a.test/" + "a" * 1000, 23),
        ("https://a.test/👩‍👩‍👧‍👦 👩‍👩‍👧‍👦", 25),
        ("@ada", 4),
        ("@ada@a.very.long.domain.test", 4),
        ("@ada@r1.test 👩‍👩‍👧‍👦 https://a.test/", 4 + 1 + 1 + 1 + 23),
        ("a@b.test", 8),
    ],
)
def test_length_counts_what_readers_see(text: str, expected: int) -> None:
    assert length(text) == read(text).length == expected


@given(posts)
def test_reading_never_fails_and_loses_nothing(text: str) -> None:
    reading = read(text)
    assert "".join(piece.text for piece in reading.pieces) == reading.text
    assert length(text) == reading.length
    assert len(set(reading.handles)) == len(reading.handles) <= MOST_HANDLES
    assert all(tag.key for tag in reading.tags)


@given(posts)
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    assert read(read(text).text) == read(text)
