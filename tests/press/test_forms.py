from io import BytesIO

import pytest

from perron.kit.errors import NotFound
from perron.press.forms import FORMS, takes_long, write
from tests.press.samples import EVERYTHING, long

BEGINS = {
    "markdown": b"# Le",
    "html": b"<!DOCTYPE html>",
    "pdf": b"%PDF",
    "epub": b"PK",
    "json": b'{"format"',
    "zip": b"PK",
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_can_be_had_and_says_how_far_it_is(name: str) -> None:
    to, heard = BytesIO(), list[float]()
    form = write(name, EVERYTHING, lambda url: None, to, progress=heard.append)
    assert to.getvalue().startswith(BEGINS.get(name, b"{")) and form.name == name
    assert heard == sorted(heard) and heard[-1] == 1.0


def test_an_unknown_form_is_not_found() -> None:
    with pytest.raises(NotFound):
        write("docx", EVERYTHING, lambda url: None, BytesIO())


def test_what_takes_long_is_known_before() -> None:
    assert takes_long("pdf", EVERYTHING) and takes_long("zip", EVERYTHING) and takes_long("epub", long(500))
    assert not takes_long("markdown", EVERYTHING)
