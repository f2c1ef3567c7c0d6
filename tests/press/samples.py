"""Documents to set in tests: one with every kind of block, and one of any length."""

from dataclasses import replace

from perron.press.document import (
    Document,
    FeedItem,
    Gone,
    Heading,
    Link,
    Option,
    Person,
    Photo,
    Picture,
    Poll,
    Post,
    Quotation,
    Text,
    Video,
)

ADA = Person("Ada Lagarde", "ada", "https://perron.example/@ada")
BEA = Person("Béatrice Solé", "bea@far.example", "https://far.example/@bea")
NOON = 1_780_000_000_000
MARKET = Picture("https://perron.example/media/market.png", "Des étals sous les platanes", 640, 480, "Jean Roux")

EVERYTHING = Document(
    title="Le marché du samedi",
    subtitle="Ce qu’on y dit, ce qu’on y vend",
    language="fr",
    authors=(ADA,),
    published=NOON,
    updated=NOON + 86_400_000,
    url="https://perron.example/@ada/stories/le-marche",
    cover=MARKET,
    theme="limestone",
    accent="#1f6f5c",
    blocks=(
        Heading("b1", "Le matin"),
        Text("b2", "<p>Tout commence à six heures, <em>quand la place est vide</em>.</p>"),
        Post(
            "b3",
            ADA,
            '<p>Premier café <a href="https://perron.example/tags/marche" class="mention hashtag">#marché</a> 🍅</p>',
            NOON,
            edited=NOON + 60_000,
            url="https://perron.example/@ada/1",
            pictures=(MARKET,),
            language="fr",
        ),
        Text("b4", "<p>Puis les voisins arrivent&nbsp;:</p>"),
        Post(
            "b5",
            BEA,
            "<p>Who brings the olives?<br>I bring the bread.</p>",
            NOON + 3_600_000,
            url="https://far.example/@bea/2",
            poll=Poll("b5", "", (Option("Me", 3), Option("You", 1)), voters=4, ends=NOON + 86_400_000),
            language="en",
        ),
        Link(
            "b6",
            "https://journal.example/2026/marche",
            "Le marché fête ses cent ans",
            "Depuis 1926, chaque samedi, la place se couvre d’étals.",
            "Le Journal",
            MARKET,
        ),
        FeedItem(
            "b7",
            "https://blog.example/olives",
            "Sept olives",
            "De la lucques à la picholine.",
            "Carnet d’olives",
            None,
            "Carnet d’olives (RSS)",
            NOON,
        ),
        Photo("b8", MARKET, "La place à midi"),
        Heading("b9", "L’après-midi"),
        Video("b10", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "Le marché filmé", "YouTube", MARKET),
        Quotation("b11", "On vend moins,\non parle plus.\n\nC’est bien ainsi.", "Jeanne", "https://jeanne.example/"),
        Poll("b12", "Reviendrez-vous ?", (Option("Oui", 12), Option("Non", 0))),
        Gone("b13"),
    ),
)


def long(many: int) -> Document:
    """The same blocks again and again, each with an anchor of its own."""
    blocks = tuple(
        replace(EVERYTHING.blocks[number % len(EVERYTHING.blocks)], key=f"n{number}") for number in range(many)
    )
    return replace(EVERYTHING, blocks=blocks)
