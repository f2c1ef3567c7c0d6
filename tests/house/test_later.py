"""What the pages that list everything only name can be loaded, and is what they take it for."""

import ast
import subprocess
import sys
from collections.abc import Callable
from inspect import getclosurevars, iscoroutinefunction
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

import perron
from perron.api.routes import ROUTES as API
from perron.kit.later import Named, later, loaded
from perron.web.assets import ROUTE as STATIC
from perron.web.routes import ROUTES as PAGES
from perron.wiring import CHORES, CONSEQUENCES

HOUSE = Path(perron.__file__).parent
WORK = [(event, one.run) for event, all_of_it in CONSEQUENCES.items() for one in all_of_it]


def behind(page: Any) -> Callable[..., Any]:
    """The function that an address of the web leads to."""
    handler: Callable[..., Any] = getclosurevars(page.endpoint).nonlocals["handler"]
    return handler


def test_every_address_of_the_api_leads_to_a_function() -> None:
    for one in API:
        assert iscoroutinefunction(loaded(one.handler)) == (one.mode == "works"), f"{one.method} {one.path}"


def test_every_page_leads_to_a_function() -> None:
    for one in PAGES:
        if one is not STATIC:
            assert iscoroutinefunction(loaded(behind(one))), one


def test_everything_that_follows_can_be_done() -> None:
    for event, run in WORK:
        assert loaded(run).__name__ == run.__name__, event
    for chore in CHORES:
        assert loaded(chore).__name__ == chore.__name__


def test_what_is_named_is_not_loaded_and_loads_once() -> None:
    with later(__name__):
        from colorsys import hls_to_rgb  # a module that nothing here needs

    assert isinstance(hls_to_rgb, Named) and hls_to_rgb.__name__ == "hls_to_rgb"
    assert hls_to_rgb(0.0, 1.0, 0.0) == (1.0, 1.0, 1.0)
    assert loaded(hls_to_rgb) is loaded(hls_to_rgb) is sys.modules["colorsys"].hls_to_rgb


def test_a_name_that_leads_nowhere_is_found_by_loading_it() -> None:
    with later(__name__):
        from perron.api import lists

    with pytest.raises(AttributeError):
        loaded(lists.no_such_handler)


def test_others_import_as_always_meanwhile() -> None:
    with later("perron.some.page"):
        from perron.api import lists

    assert callable(lists.index) and not isinstance(lists.index, Named)


def named_late() -> list[tuple[str, str, str]]:
    """Every name that any module takes within `with later(…)`: the module, from where, and the name."""
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        for one in ast.parse(path.read_text()).body:
            if isinstance(one, ast.With) and ast.unparse(one.items[0]) == "later(__name__)":
                taken = [each for each in one.body if isinstance(each, ast.ImportFrom)]
                assert len(taken) == len(one.body), f"{path.name}: only `from … import` can wait"
                found += [(path.name, str(each.module), name.name) for each in taken for name in each.names]
    return found


def test_every_name_that_waits_leads_somewhere() -> None:
    names = named_late()
    assert len(names) > 200
    for where, module, name in names:
        found = resolve_name(f"{module}.{name}")
        assert callable(found) or found.__file__.endswith(f"/{name}.py"), (where, module, name)


def test_a_server_that_nobody_asked_yet_has_loaded_little() -> None:
    """Neither what is asked for seldom, nor a library that only this needs."""
    seldom = "perron.web.manage.", "perron.api.admin_", "perron.press.", "PIL", "markdown_it", "dateutil", "weasyprint"
    asked = "import perron.app, perron.commands.serve, sys; print(*sys.modules)"
    there = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "perron.api.door" in there
    assert [one for one in there if one.startswith(seldom)] == []
