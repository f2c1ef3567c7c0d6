"""Functions that are named at once and loaded when they are first called.

The pages that list everything (`api/routes.py`, `web/routes.py`, `wiring.py`) name hundreds of functions out of
hundreds of modules, most of which a server is asked for seldom. They write

    with later(__name__):
        from perron.api import accounts, lists

    ROUTES = [get("/api/v1/lists", lists.index, "read:lists"), …]

Readers, mypy and `lint-imports` see ordinary imports. When the page runs, nothing is loaded: `lists` stands for a
module, and `lists.index` is a `Named`, which loads the module when it is first called, or when somebody asks
`loaded(…)` for the function itself. `tests/house/test_later.py` loads every function that is named so: a name that
leads nowhere fails there, and not before a visitor.
"""

import builtins
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
ROOT = Path(__file__).parents[2]
_loading = threading.RLock()
"""One thread at a time: two that load modules which need each other could see one that is half made."""
_naming = threading.Lock()
"""One page at a time; nothing is loaded while it is held."""


class Named:
    """A function of a module that may not be loaded yet."""

    def __init__(self, module: str, name: str) -> None:
        self.__module__, self.__name__ = module, name
        self._found: Callable[..., Any] | None = None

    def __call__(self, *given: Any, **named: Any) -> Any:
        return (self._found or self.load())(*given, **named)

    def load(self) -> Callable[..., Any]:
        """The function itself."""
        if self._found is None:
            with _loading:
                self._found = getattr(import_module(self.__module__), self.__name__)
        return self._found


def loaded(function: F) -> F:
    """A function itself, whether it was named early or late."""
    return cast(F, function.load()) if isinstance(function, Named) else function


class _Module:
    """Stands for a module: what is taken from it are functions, or modules within it, that are loaded later."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> "Named | _Module":
        within = ROOT.joinpath(*self._name.split("."), name)
        return _Module(f"{self._name}.{name}") if within.with_suffix(".py").is_file() else Named(self._name, name)


@contextmanager
def later(page: str) -> Iterator[None]:
    """Within this, what the module `page` takes `from` others is named and not loaded."""

    def name_only(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        if fromlist and level == 0 and globals is not None and globals.get("__name__") == page:
            return _Module(name)
        return at_once(name, globals, locals, fromlist or (), level)

    with _naming:
        at_once, builtins.__import__ = builtins.__import__, name_only
        try:
            yield
        finally:
            builtins.__import__ = at_once
