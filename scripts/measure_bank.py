"""Fill a media bank with pictures that are not there, and measure what searching in it costs.

scripts/with_postgres .venv/bin/python scripts/measure_bank.py [PICTURES] [sqlite|postgresql]

Each question is asked a number of times for its first page, its second, and (by date) from the far end; what is printed
is the time this process spent (and, on PostgreSQL, waited for the database's own), the middle one and the longest.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import insert as insert_rows

from perron.kit.ids import first_id_at
from perron.kit.time import now
from perron.people.queries import add_account
from perron.store import Store, Tx
from perron.store.schema import prepare
from perron.store.search import bank_words
from perron.store.tables import bank_items, banks
from perron.suite.atelier.bank.model import About, Bank, Item, Wanted
from perron.suite.atelier.bank.queries import _values, bank_of, dated
from perron.suite.atelier.bank.search import search_bank
from perron.suite.atelier.bank.words import item_words

CHUNK = 2000
TIMES = 15
PEOPLE = [
    f"{first} {last}"
    for first in ("Ada", "Jean", "Louise", "Marcel", "Zoé", "Émile", "Suzanne", "André", "Inès", "Paul")
    for last in ("Martin", "Bernard", "Lenglen", "Cerdan", "Durand", "Petit", "Roux", "Moreau", "Lacoste", "Leblanc")
]
PLACES = [
    "Paris",
    "Marseille, Vieux-Port",
    "Lyon",
    "Roubaix",
    "Wimbledon",
    "Montréal",
    "Alger",
    "Bruxelles",
    "Genève",
    "Colombes",
]
CREDITS = [f"{one} / L’Équipe" for one in ("Offside", "Presse Sports", "Archives", "Rol", "Meurisse")] + [
    "AFP",
    "Gallica",
]
TAGS = ["football", "tennis", "cyclisme", "natation", "boxe", "rugby", "athlétisme", "aviron", "ski", "automobile"]
WORDS = [
    "arrivée",
    "départ",
    "victoire",
    "finale",
    "stade",
    "foule",
    "drapeau",
    "course",
    "entraînement",
    "sourire",
    "défaite",
    "pluie",
    "soleil",
    "tribune",
    "coupe",
    "médaille",
    "podium",
    "ballon",
    "raquette",
    "vélo",
    "ring",
    "piscine",
    "montagne",
    "étape",
    "maillot",
    "jaune",
    "capitaine",
    "arbitre",
    "équipe",
    "nuit",
    "matin",
    "portrait",
    "groupe",
    "cheval",
    "voiture",
    "aviateur",
    "plage",
    "ville",
    "rue",
    "marché",
    "gare",
    "usine",
    "atelier",
    "école",
    "fête",
    "bal",
    "musique",
]


def _day(year: int, chance: random.Random) -> str:
    return f"{year}-06-{chance.randint(1, 30):02}"


def pictures(bank: Bank, account_id: int, n: int, chance: random.Random) -> Item:
    """The nth picture: some things are in most, some in few."""
    year = int(1890 + 135 * chance.random() ** 0.6)
    vague = [f"{year}~", f"{year // 10}X", f"{year}-22", f"{year}?"]
    date = chance.choice([f"{year}", _day(year, chance), "", *vague])
    about = About(
        credit=chance.choice(CREDITS),
        place=chance.choice(PLACES),
        people=tuple({PEOPLE[min(int(chance.expovariate(0.05)), 99)] for _ in range(chance.randint(0, 3))}),
        caption=" ".join(chance.choices(WORDS, k=12)) + (" éclipse" if n % 5000 == 1 else ""),
        alt=" ".join(chance.choices(WORDS, k=8)),
        tags=tuple(chance.sample(TAGS, 2)),
        date=date,
        usable_until=20200101 if n % 20 == 0 else 0,
    )
    shape = chance.choice(["landscape", "landscape", "portrait", "square"])
    return dated(
        Item(first_id_at(now() - 10**9 + n * 10) + 1, bank.id, account_id, n.to_bytes(9), "image", shape, f"{n}", about,
             uses_count=0 if n % 3 else 1, changed_at=1)
    )  # fmt: skip


def fill(store: Store, many: int) -> Bank:
    """A bank with so many pictures, and one beside it with a tenth."""
    chance = random.Random(11)
    bank, other = store.write(_begin)
    began = time.monotonic()
    for start in range(0, many, CHUNK):
        items = [pictures(bank if n % 10 else other, bank.account_id, n, chance) for n in range(start, start + CHUNK)]
        store.write(lambda tx, items=items: _add(tx, items))
        print(f"\r{start + CHUNK} in {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    store.write(lambda tx: _count(tx, bank, many))
    return bank


def _begin(tx: Tx) -> tuple[Bank, Bank]:
    first, second = add_account(tx, "desk", language="fr"), add_account(tx, "other", language="fr")
    return bank_of(tx, first.id), bank_of(tx, second.id)


def _add(tx: Tx, items: list[Item]) -> None:
    tx.take_time()
    tx.connection.execute(insert_rows(bank_items), [_values(one) for one in items])
    bank_words.add_many(tx, [(one.id, item_words(one)) for one in items])


def _count(tx: Tx, bank: Bank, many: int) -> None:
    tx.connection.execute(banks.update().where(banks.c.id == bank.id).values(items_count=many))


ASKED = {
    "everything, as it came": Wanted(),
    "a word in many": Wanted("victoire"),
    "two words in many": Wanted("victoire stade"),
    "five words in many": Wanted("victoire stade pluie soleil coupe"),
    "a word in few": Wanted("éclipse"),
    "a word in many and one in few": Wanted("victoire éclipse"),
    "a word in none": Wanted("hippopotame"),
    "words that begin so": Wanted("vic"),
    "a phrase": Wanted('"maillot jaune"'),
    "without a word": Wanted("victoire -stade"),
    "a person": Wanted(person="Suzanne Lenglen"),
    "a person in few": Wanted(person="Paul Leblanc"),
    "a place": Wanted(place="vieux-port"),
    "a credit": Wanted(credit="AFP"),
    "years 1890 to 1899": Wanted(first_year=1890, last_year=1899),
    "years 1914 to 1968": Wanted(first_year=1914, last_year=1968),
    "before 1900": Wanted(last_year=1899),
    "never used": Wanted(never_used=True),
    "never used, upright": Wanted(never_used=True, shape="portrait"),
    "usable today, by date": Wanted(usable_on=20260101, order="oldest"),
    "all at once": Wanted(
        "victoire", person="ada martin", place="Paris", first_year=1900, last_year=1950, never_used=True,
        shape="landscape", usable_on=20260101,
    ),
    "everything, oldest first": Wanted(order="oldest"),
    "a word in many, oldest first": Wanted("victoire", order="oldest"),
    "a word in many, newest first": Wanted("victoire", order="newest"),
    "a word in few, oldest first": Wanted("éclipse", order="oldest"),
    "a person, oldest first": Wanted(person="Suzanne Lenglen", order="oldest"),
    "years 1950 to 1960, newest first": Wanted(first_year=1950, last_year=1960, order="newest"),
    "years 1990 to 2020, oldest first": Wanted(first_year=1990, last_year=2020, order="oldest"),
    "never used, newest first": Wanted(never_used=True, order="newest"),
    "this day": Wanted(day=612),
}  # fmt: skip


def measure(store: Store, bank: Bank) -> float:
    """Print what each question costs; the longest of all, in milliseconds."""
    worst = 0.0
    for name, wanted in ASKED.items():
        with store.read() as db:
            page = search_bank(db, bank, wanted)
            places = [None, page.next] if page.next else [None]
            took, waited = [], []
            for turn in range(TIMES):
                at, cpu = time.perf_counter(), time.process_time()
                search_bank(db, bank, wanted, after=places[turn % len(places)])
                waited.append((time.perf_counter() - at) * 1000)
                took.append((time.process_time() - cpu) * 1000)
        worst = max(worst, max(waited))
        shown = f"{len(page.items)}{'+' if page.next else ''}"
        print(f"| {name} | {shown} | {median(took):.1f} | {median(waited):.1f} | {max(waited):.1f} |")
    return worst


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    engine = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    with tempfile.TemporaryDirectory(dir=os.environ.get("BANK_FOLDER")) as folder:
        address = (
            os.environ["TEST_POSTGRES"] if engine == "postgresql" else f"sqlite:///{Path(folder) / 'bank.sqlite3'}"
        )
        store = Store(address)
        prepare(store)
        try:
            if engine == "postgresql":  # the index is made last, as one does with many rows
                with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
                    raw.exec_driver_sql("DROP INDEX ix_bank_words_words")
            bank = fill(store, many * 10 // 9)
            if engine == "postgresql":
                with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
                    raw.exec_driver_sql("CREATE INDEX ix_bank_words_words ON bank_words USING gin (words)")
                    raw.exec_driver_sql("VACUUM ANALYZE")
            print(f"{many} pictures, {engine}\n\n| asked | page | CPU here, ms | in all, ms | longest, ms |")
            print("| --- | ---: | ---: | ---: | ---: |")
            print(f"\nlongest of all: {measure(store, bank):.0f} ms")
        finally:
            store.close()


if __name__ == "__main__":
    main()
