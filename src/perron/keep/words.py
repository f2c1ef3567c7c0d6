"""What is found by its words, made anew from the rows."""

from collections.abc import Callable
from dataclasses import dataclass

from perron.people.search import index_page
from perron.posts.words import add_page_of_words
from perron.store import Tx
from perron.suite.atelier.bank.queries import add_page_of_bank_words

PAGE = 1000


@dataclass(frozen=True)
class Kind:
    """Rows that are found by words. `page(tx, after, limit)`: how many were added, and the last one's id."""

    name: str
    page: Callable[[Tx, int, int], tuple[int, int]]


KINDS = (Kind("posts", add_page_of_words), Kind("accounts", index_page), Kind("bank", add_page_of_bank_words))
