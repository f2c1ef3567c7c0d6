"""The rules of the house as functions over a source tree: each returns its complaints, one line each.

`root` is the folder of the package (`src/perron`). Rules read the tree with `ast`, so they need no import of what they
judge and can be tried on a small broken tree.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

DOORS = ("api", "web", "streaming", "federation", "app", "cli", "commands.serve")
HTTP = ("starlette", "granian")
NETWORK = ("httpx", "requests", "aiohttp", "urllib.request", "http.client")
TABLES = "perron.store.tables"
WRITES = ("insert", "update", "delete", "insert_new", "upsert")
MODES = ("reads", "slow", "writes", "works")
CALLERS = ("public", "app", "user", "joining")
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|(CREATE|ALTER|DROP)\s+(TABLE|INDEX)\s"
    r"|PRAGMA\s|WITH\s+\w+.*\sAS\s*\()",
    re.DOTALL,
)
RUNS_TEXT = ("execute", "executemany", "executescript", "scalar", "scalars")
MAKES_TEXT = ("text", "literal_column", "TextClause")
WORKPLACE = re.compile(r"/wor[k]/|\bfar[m]-")
ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|href|poster|data)=[\"'](?:https?:)?//"
    r"|url\([\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//",
    re.IGNORECASE,
)


class Source(NamedTuple):
    """One file of the tree: its place (`posts.publish`), how to call it in a complaint, and what it says."""

    module: str
    name: str
    tree: ast.Module


def sources(root: Path) -> Iterator[Source]:
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        module = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        yield Source(module, str(place), parsed(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=2000)
def parsed(text: str) -> ast.Module:
    """The tree of a file; every rule reads the same ones."""
    return ast.parse(text)


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


# -- only the owner writes a table -------------------------------------------------------------------------------------


def strays(root: Path, owners: Mapping[str, str]) -> list[str]:
    """Writes of a table outside the room that owns it. `owners`: each table as `tables.py` calls it, and its room."""
    return [
        f"{source.name}:{line} writes {table}, which belongs to {owners[table]}/"
        for source in sources(root)
        for line, table in writes(source.tree, owners)
        if not within(source.module, owners[table])
    ]


def writes(tree: ast.Module, tables: Collection[str]) -> list[tuple[int, str]]:
    """Each `posts.insert()`, `t.posts.update()`, `insert(posts, …)`, `delete(posts)`, …: its line and its table."""
    known = Names(tree, tables)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            written = [known.table(node.func.value)] if known.table(node.func.value) else map(known.table, node.args)
        elif isinstance(node.func, ast.Name) and known.verbs.get(node.func.id, node.func.id) in WRITES:
            written = map(known.table, [*node.args, *(more.value for more in node.keywords)])
        else:
            continue
        found += [(node.lineno, table) for table in written if table]
    return sorted(set(found))


class Names:
    """What a file calls the tables, their module, and the words that write."""

    def __init__(self, tree: ast.Module, tables: Collection[str]) -> None:
        self.all = tables
        self.tables: dict[str, str] = {}
        self.modules: set[str] = set()
        self.verbs: dict[str, str] = {}
        above, _, last = TABLES.rpartition(".")
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for one in node.names:
                    if node.module == TABLES and one.name in tables:
                        self.tables[one.asname or one.name] = one.name
                    elif (node.module, one.name) == (above, last):
                        self.modules.add(one.asname or one.name)
                    elif one.name in WRITES:
                        self.verbs[one.asname or one.name] = one.name
            elif isinstance(node, ast.Import):
                self.modules |= {one.asname or TABLES for one in node.names if one.name == TABLES}
        for node in ast.walk(tree):  # `mine = tables.posts`
            if isinstance(node, ast.Assign) and (table := self.table(node.value)):
                self.tables |= {to.id: table for to in node.targets if isinstance(to, ast.Name)}

    def table(self, node: ast.expr) -> str | None:
        """The table that an expression stands for."""
        if isinstance(node, ast.Name):
            return self.tables.get(node.id)
        if isinstance(node, ast.Attribute) and node.attr in self.all and ast.unparse(node.value) in self.modules:
            return node.attr
        return None


# -- no SQL by string outside store/ -----------------------------------------------------------------------------------


def sql_by_string(root: Path) -> list[str]:
    """SQL as text outside `store/`: the schema and the dialects have one home."""
    return [
        f"{source.name}:{line} says SQL as text"
        for source in sources(root)
        if not within(source.module, "store")
        for line in text_lines(source.tree)
    ]


def text_lines(tree: ast.Module) -> list[int]:
    makers = {
        one.asname or one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy"
        for one in node.names
        if one.name in MAKES_TEXT
    }
    sayings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in sayings and SQL.match(node.value):
                lines.add(node.lineno)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in makers:
                lines.add(node.lineno)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, of = node.func.attr, ast.unparse(node.func.value)
            if (
                name == "exec_driver_sql"
                or (name in MAKES_TEXT and of in ("sa", "sqlalchemy", "sql"))
                or (name in RUNS_TEXT and node.args and is_text(node.args[0]))
            ):
                lines.add(node.lineno)
    return sorted(lines)


def is_text(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left):
            return is_text(left)
    return False


# -- only doors know HTTP, only kit/outside.py knows the network, only doors and jobs commit ---------------------------


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{one.name}") for one in node.names)


def http_behind_the_doors(root: Path) -> list[str]:
    """Imports of the web framework or its server outside the doors and the files that see everything."""
    return [
        f"{source.name}:{line} imports {name}: only doors know HTTP"
        for source in sources(root)
        if not any(within(source.module, door) for door in DOORS)
        for line, name in imports(source.tree)
        if any(within(name, one) for one in HTTP)
    ]


def ways_outside(root: Path) -> list[str]:
    """Imports of an HTTP client anywhere but in `kit/outside.py`."""
    return [
        f"{source.name}:{line} imports {name}: kit/outside.py is the only way to the network"
        for source in sources(root)
        if source.module != "kit.outside"
        for line, name in imports(source.tree)
        if any(within(name, one) for one in NETWORK)
    ]


def commits(root: Path) -> list[str]:
    """Rooms never commit: whoever opened the transaction does, and that is in `store/`."""
    return [
        f"{source.name}:{node.lineno} calls .{node.func.attr}()"
        for source in sources(root)
        if not within(source.module, "store")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback")
    ]


# -- the plan names every room; nothing names the place it was written in; links lead somewhere ------------------------


def rooms(root: Path) -> list[str]:
    return sorted({path.parent.name for path in root.glob("*/*.py")})


def rooms_without_a_name(root: Path, plan: str) -> list[str]:
    """Rooms that ARCHITECTURE.md does not name as `room/`."""
    return [f"ARCHITECTURE.md does not name {room}/" for room in rooms(root) if not re.search(rf"\b{room}/", plan)]


def names_the_workplace(files: Iterable[Path]) -> list[str]:
    """Files that name the machine or the tools they were written with."""
    found = []
    for path in files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (UnicodeDecodeError, OSError):
            continue  # a picture, or gone meanwhile
        found += [f"{path}:{number}" for number, line in enumerate(lines, 1) if WORKPLACE.search(line)]
    return found


def our_files(top: Path) -> Iterator[Path]:
    """Every file of the checkout that is ours: no caches, no data, nothing hidden but what says how to check."""
    for path in sorted(top.rglob("*")):
        place = path.relative_to(top).parts
        hidden = any(name.startswith(".") and name not in (".ci", ".gitignore") for name in place)
        made = (
            place[0] in ("data", "dist")
            or place[:2] == ("trials", "results")
            or "__pycache__" in place
            or "node_modules" in place
        )
        if not hidden and not made and path.is_file():
            yield path


def dead_links(pages: Iterable[Path]) -> list[str]:
    """Links from our documents to files that are not there."""
    return [
        f"{page}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]


def third_party_requests(root: Path) -> list[str]:
    """Pages, styles and scripts that would fetch something from another host when they are opened."""
    return [
        f"{path.relative_to(root)}:{text.count(chr(10), 0, found.start()) + 1}"
        for path in sorted(root.rglob("*"))
        if path.suffix in (".html", ".css", ".js", ".svg")
        for text in [path.read_text(encoding="utf-8")]
        for found in ELSEWHERE.finditer(text)
    ]


# -- every event has consequences --------------------------------------------------------------------------------------


def event_classes(root: Path) -> dict[str, str]:
    """Every class that descends from `Event`, and where it stands."""
    bases = {
        node.name: ([base.id if isinstance(base, ast.Name) else ast.unparse(base) for base in node.bases], source, node)
        for source in sources(root)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    events = {"Event", "jobs.Event", "events.Event"}
    while more := {name for name, (above, *_) in bases.items() if name not in events and events & set(above)}:
        events |= more
    return {name: f"{source.name}:{node.lineno}" for name, (_, source, node) in bases.items() if name in events}


def events_without_consequences(root: Path, consequences: Collection[str]) -> list[str]:
    """Events that nothing on the page of `wiring.py` answers to."""
    return [
        f"{where} {name} has no line in wiring.py"
        for name, where in event_classes(root).items()
        if name != "Event" and name not in consequences
    ]


def events_nobody_states(root: Path) -> list[str]:
    """Event classes that nothing emits, under any name: dead lines on the page."""
    made = {
        called_name(node) for source in sources(root) for node in ast.walk(source.tree) if isinstance(node, ast.Call)
    }
    return [
        f"{where} {name} is never stated"
        for name, where in event_classes(root).items()
        if name != "Event" and name not in made
    ]


def called_name(node: ast.Call) -> str | None:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


# -- every route has a scope and a mode, every setting its sentence ----------------------------------------------------


READING = ("DELETE /api/v1/suggestions/{account_id}",)
"""What Mastodon documents as open to a token that reads, although it leaves something behind."""


def routes_amiss(routes: Iterable[Any], known_scopes: Collection[str]) -> list[str]:
    """Routes that do not say how they run, whom they answer or what a token must allow, and routes said twice.

    Only what anybody or an app alone may ask can do without a scope, and reading is no reason to change something.
    """
    amiss, seen = [], set()
    for route in routes:
        name = f"{route.method} {route.path}"
        if route.mode not in MODES:
            amiss.append(f"{name}: {route.mode!r} is no mode")
        if route.who not in CALLERS:
            amiss.append(f"{name}: {route.who!r} is nobody")
        if not route.scope and route.who not in ("public", "app"):
            amiss.append(f"{name}: no scope")
        if route.scope and route.scope not in known_scopes:
            amiss.append(f"{name}: nobody can grant {route.scope!r}")
        if route.method == "GET" and route.mode == "writes":
            amiss.append(f"{name}: a GET that writes")
        if route.mode == "writes" and route.scope.partition(":")[0] == "read" and name not in READING:
            amiss.append(f"{name}: {route.scope!r} is for reading")
        if name in seen:
            amiss.append(f"{name}: said twice")
        seen.add(name)
    return amiss


def settings_without_a_sentence(sentences: Mapping[str, str]) -> list[str]:
    """Settings whose explanation is missing or is no sentence: a capital at the start, a full stop at the end."""
    return [name for name, says in sentences.items() if not re.fullmatch(r"[A-Z].{8,}\.", says, re.DOTALL)]
