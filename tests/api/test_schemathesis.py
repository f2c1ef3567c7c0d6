"""A few made-up calls for every address; `make api-cases` tries many more."""

from collections.abc import Iterator

import pytest

from tests.api.cases import Town, attempt, label, operations, town
from tests.rig import Site

EXAMPLES = 2


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Site.opened(tmp_path_factory.mktemp("cases") / "data") as site:
        yield town(site)


@pytest.mark.parametrize("chapter", operations())
def test_addresses_answer_as_they_are_described(here: Town, chapter: str) -> None:
    wrong = []
    for one in operations()[chapter]:
        for forbidden in (False, True):
            try:
                attempt(here, one, examples=EXAMPLES, forbidden=forbidden)
            except Exception as failed:  # each of them is told, not the first alone
                wrong.append(f"{label(one)}: {type(failed).__name__}: {str(failed)[:2000]}")
    assert not wrong, "\n\n".join(wrong)
