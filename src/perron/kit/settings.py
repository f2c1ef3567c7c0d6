"""Every setting once, with its sentence.

A value comes from a flag, else from the environment (`PERRON_NAME`), else from `perron.toml` in the data folder, else
from the default written here; some can be decided on the owner's pages too, and then that holds
(`moderation/settings.py`). An unknown key or a value that cannot be read stops the start with one line.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from perron.kit.json import encode_text

FILE = "perron.toml"
PREFIX = "PERRON_"


class BadSetting(Exception):
    """One line that says which setting, what is wrong and what would be right."""


def _setting(
    default: Any, says: str, *, one_of: tuple[str, ...] = (), least: int | None = None, most: int | None = None
) -> Any:
    metadata = {"says": says, "one_of": one_of, "least": least, "most": most}
    if isinstance(default, tuple | Path):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """What an admin can decide."""

    data: Path = _setting(Path("data"), "Folder that holds the database, the media and the secrets.")
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on.", least=1)
    origin: str = _setting("", "Public address, such as https://perron.example; empty means http://localhost:PORT.")
    database: str = _setting("", "Database URL; empty means SQLite in the data folder.")
    database_pool: int = _setting(
        10, "Connections that a process keeps to read PostgreSQL with; up to four more write.", least=1, most=200
    )
    database_pooler: str = _setting(
        "none",
        "Whether a pooler such as pgbouncer stands between, which gives a server to each transaction anew; then "
        "nothing is prepared, and nothing left with a session.",
        one_of=("none", "transaction"),
    )
    database_read_seconds: int = _setting(
        5, "Longest time, in seconds, that PostgreSQL may take to answer a reading.", least=1, most=3600
    )
    database_write_seconds: int = _setting(
        10, "The same for one statement of a write that somebody waits for.", least=1, most=3600
    )
    database_job_seconds: int = _setting(
        120, "The same for one statement of what is done in the background.", least=1, most=86_400
    )
    database_lock_seconds: int = _setting(
        5, "Longest time, in seconds, that a statement waits for a lock in PostgreSQL.", least=1, most=3600
    )
    database_idle_seconds: int = _setting(
        60, "Seconds after which PostgreSQL ends a transaction that was begun and forgotten.", least=1, most=86_400
    )
    database_replica: tuple[str, ...] = _setting(
        (), "URLs of PostgreSQL replicas from which whoever is not signed in is served."
    )
    database_replica_lag: int = _setting(
        5, "Seconds by which a replica may be behind; one that is further behind is not asked.", least=1, most=3600
    )
    title: str = _setting("Perron", "Name of this server.")
    description: str = _setting("", "A sentence or two that tell visitors what this server is.")
    about: str = _setting("", "What this server is and who runs it, at length, in plain paragraphs.")
    privacy: str = _setting(
        "", "What is kept of people and for how long, in plain paragraphs; empty shows the text of Perron."
    )
    terms: str = _setting("", "Terms of service, in plain paragraphs; empty: there are none.")
    picture: str = _setting("", "Key of the kept picture that stands for this server; it is chosen on its page.")
    contact: str = _setting("", "E-mail address of the people who run this server.")
    locale: str = _setting("fr", "Language of pages for visitors whose browser asks for neither.", one_of=("fr", "en"))
    rules: tuple[str, ...] = _setting((), "Rules of this server, one sentence each.")
    registration: str = _setting("open", "Who may join.", one_of=("open", "approval", "invitation", "closed"))
    confirm_email: str = _setting(
        "auto",
        "Whether those who join must show that their e-mail address is theirs; auto: where there is a mail server.",
        one_of=("auto", "on", "off"),
    )
    min_age: int = _setting(
        0, "How old one must be to join, in years; the date of birth is not kept. 0: nobody asks.", least=0, most=120
    )
    may_invite: str = _setting("everybody", "Who may invite others.", one_of=("everybody", "team", "nobody"))
    unconfirmed_days: int = _setting(
        7, "Days after which a sign-up is forgotten whose e-mail address was never confirmed. 0: never.", least=0
    )
    notices_most: int = _setting(10_000, "Notices that are kept of an account; older ones are forgotten.", least=100)
    notices_days: int = _setting(365, "Days for which notices are kept. 0: for ever.", least=0)
    post_max_chars: int = _setting(
        500,
        "Longest post, in characters as people count them (links count 23); 140 is the classic, 280 its heir.",
        least=1,
        most=100_000,
    )
    poll_max_options: int = _setting(4, "Most options in a poll.", least=2, most=20)
    media_max_files: int = _setting(4, "Most files attached to one post.", least=1, most=16)
    image_max_bytes: int = _setting(16 * 2**20, "Largest picture, in bytes.", least=1)
    video_max_bytes: int = _setting(99 * 2**20, "Largest video or sound, in bytes.", least=1)
    image_max_pixels: int = _setting(50_000_000, "Largest picture, in pixels (width times height).", least=1)
    media_store: str = _setting(
        "", "Where media are kept: empty for the folder DATA/media, or s3://bucket/prefix for a store that speaks S3."
    )
    media_before: str = _setting(
        "",
        "Where media were kept before: folder, or s3://bucket/prefix. It is read too, until `perron media move` has "
        "brought everything over.",
    )
    media_public: str = _setting(
        "",
        "Where readers fetch media kept on S3: empty from Perron; signed: from the store, by addresses that hold for "
        "an hour; or the public address (of a CDN, say) of the objects under kept/, such as https://media.example/kept.",
    )
    media_cache_bytes: int = _setting(
        2 * 2**30, "Most bytes of media kept on S3 that stay in DATA/media-cache as well.", least=0
    )
    s3_endpoint: str = _setting("", "Address of the store that speaks S3, such as https://s3.example; empty means AWS.")
    s3_region: str = _setting("us-east-1", "Region of the store.")
    s3_key: str = _setting("", "Key for the store; empty: as the machine's environment says.")
    s3_secret: str = _setting("", "Secret that belongs to the key.")
    body_max_bytes: int = _setting(1 * 2**20, "Largest request body other than an upload, in bytes.", least=1024)
    follow_limit: int = _setting(2000, "How many accounts one may follow before followers loosen the limit.", least=1)
    follow_ratio: int = _setting(
        110, "How many accounts one may follow for every hundred followers, where that is more.", least=0
    )
    follows_per_hour: int = _setting(
        100,
        "How often one may follow in an hour; leaving somebody counts too, and is never refused. 0: no limit.",
        least=0,
    )
    follows_per_day: int = _setting(400, "The same in a day (24 hours). 0: no limit.", least=0)
    trends: str = _setting(
        "open",
        "Whether it is shown what people talk about: not at all, what moderators have approved, or what they have not "
        "rejected.",
        one_of=("off", "reviewed", "open"),
    )
    trends_min_people: int = _setting(2, "How many people must talk about something before it is shown.", least=2)
    collection_limit: int = _setting(10, "How many collections of accounts one may have.", least=0, most=1000)
    rate_limit: str = _setting("on", "Whether requests are limited per account and address.", one_of=("on", "off"))
    rate_limit_requests: int = _setting(300, "Requests one account or address may make in five minutes.", least=1)
    admission: str = _setting(
        "on", "Whether requests are refused while there is more to do than time.", one_of=("on", "off")
    )
    write_wait: int = _setting(
        1,
        "Longest time, in seconds, that a write waits for its turn; those that would wait longer are asked to come "
        "back, and told when.",
        least=1,
        most=60,
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (), "Addresses or networks of reverse proxies whose X-Forwarded-For is believed."
    )
    workers: str = _setting("on", "Whether `serve` also does the background jobs.", one_of=("on", "off"))
    redis: str = _setting(
        "",
        "Server that speaks the Redis protocol, for what nodes share beside the database: redis://host:6379/0, "
        "rediss://, unix://, redis+sentinel://host,host/service, redis+cluster://host,host; empty: none is needed.",
    )
    log_format: str = _setting("text", "Lines for people, or a JSON object a line.", one_of=("text", "json"))
    traces: str = _setting(
        "", "Collector of OpenTelemetry traces (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; empty: none."
    )
    traces_percent: int = _setting(10, "How many of a hundred requests are traced.", least=0, most=100)
    log_level: str = _setting("info", "How much is logged.", one_of=("debug", "info", "warning", "error"))
    smtp: str = _setting("", "Mail server, as smtp://user:password@host:587; empty writes letters to DATA/mail.")
    mail_from: str = _setting("", "Sender of letters; empty means noreply@ and the host of the origin.")
    mail_list_most: int = _setting(
        500, "Most addresses that an account may send what it publishes to, each of which said yes; 0: none.", least=0
    )
    outside_allow: tuple[str, ...] = _setting(
        (), "Networks that requests to other servers may reach although they are private, such as 127.0.0.2/32."
    )
    translate_url: str = _setting(
        "",
        "Server that translates posts, speaking as LibreTranslate does, such as http://127.0.0.1:5000; empty: nothing "
        "is translated. What is translated is sent there.",
    )
    translate_key: str = _setting("", "Key for the server that translates, where it wants one.")

    @property
    def public_origin(self) -> str:
        """The address by which this server calls itself, without a slash at the end."""
        return self.origin.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def domain(self) -> str:
        """Host and, when unusual, port: the second half of every handle here."""
        return self.public_origin.partition("://")[2]

    @property
    def streaming_origin(self) -> str:
        """`ws://` or `wss://` address of the streams."""
        return "ws" + self.public_origin.removeprefix("http")

    @property
    def database_url(self) -> str:
        """The database in use."""
        return spoken(self.database) or f"sqlite:///{(self.data / 'perron.sqlite3').absolute()}"

    @property
    def asks_to_confirm(self) -> bool:
        """Whether those who join must show that their e-mail address is theirs."""
        return self.confirm_email == "on" or (self.confirm_email == "auto" and bool(self.smtp))

    @property
    def https(self) -> bool:
        """Whether visitors come by https, so that cookies may insist on it."""
        return self.public_origin.startswith("https:")

    @property
    def session_cookie(self) -> str:
        """The name of a browser's cookie; with https it is one that no neighbouring host can set."""
        return "__Host-perron_session" if self.https else "perron_session"


@dataclass(frozen=True)
class Shown:
    """One setting as `perron config show` prints it."""

    name: str
    value: Any
    source: str
    says: str


def load(
    flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> tuple[Settings, list[Shown]]:
    """Read all settings; BadSetting names the first that is unknown or unreadable."""
    environ = os.environ if environ is None else environ
    known = {one.name: one for one in fields(Settings)}
    given: dict[str, tuple[Any, str]] = {}
    for name, raw in environ.items():
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower()
            if key not in known:
                raise BadSetting(f"{name}: there is no such setting (perron config show lists them all).")
            given[key] = (raw, f"environment {name}")
    for key, value in (flags or {}).items():
        if value is not None:
            given[key] = (value, f"flag --{key.replace('_', '-')}")
    data = Path(given["data"][0]) if "data" in given else Path("data")
    for key, value in _from_file(data / FILE, known).items():
        given.setdefault(key, (value, f"file {FILE}"))
    values: dict[str, Any] = {}
    shown = []
    for name, one in known.items():
        raw, source = given.get(name, (_default(one), "default"))
        values[name] = _read(one, raw, source)
        shown.append(Shown(name, values[name], source, one.metadata["says"]))
    return Settings(**values), shown


def spoken(url: str) -> str:
    """A database's address as it is usually written, with the driver that is used here."""
    for name in ("postgresql://", "postgres://"):
        if url.startswith(name):
            return "postgresql+psycopg://" + url.removeprefix(name)
    return url


def read_setting(name: str, raw: Any, source: str) -> Any:
    """The value of one setting as it was written somewhere; BadSetting says what is wrong with it."""
    return _read(Settings.__dataclass_fields__[name], raw, source)


def _from_file(path: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    if not path.exists():
        return {}
    import tomllib  # here, as most commands find no file and should start quickly

    try:
        found = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as wrong:
        raise BadSetting(f"{path}: {wrong}") from None
    for key in found:
        if key not in known:
            raise BadSetting(f"{path}: there is no setting {key!r} (perron config show lists them all).")
        if key == "data":
            raise BadSetting(f"{path}: data cannot be set in the file that it points to.")
    return found


def _default(one: "Field[Any]") -> Any:
    if one.default is not MISSING:
        return one.default
    factory: Any = one.default_factory
    return factory()


def _read(one: "Field[Any]", raw: Any, source: str) -> Any:
    default, name = _default(one), one.name
    try:
        value = _convert(default, raw)
    except (TypeError, ValueError):
        raise BadSetting(f"{name} ({source}): {raw!r} is not {_kind(default)}.") from None
    if one.metadata["one_of"] and value not in one.metadata["one_of"]:
        raise BadSetting(f"{name} ({source}): {raw!r} is none of {', '.join(one.metadata['one_of'])}.")
    least = one.metadata["least"]
    if least is not None and value < least:
        raise BadSetting(f"{name} ({source}): {value} is less than {least}.")
    most = one.metadata["most"]
    if most is not None and value > most:
        raise BadSetting(f"{name} ({source}): {value} is more than {most}.")
    if name == "origin" and value and not str(value).startswith(("http://", "https://")):
        raise BadSetting(f"origin ({source}): {value!r} must begin with http:// or https://.")
    if name == "port" and value > 65535:
        raise BadSetting(f"port ({source}): {value} is more than 65535.")
    return value


def _convert(default: Any, raw: Any) -> Any:
    if isinstance(default, Path):
        return Path(raw)
    if isinstance(default, int):
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise ValueError
        return int(raw)
    if isinstance(default, tuple):
        if isinstance(raw, str):
            return tuple(part.strip() for part in raw.split(",") if part.strip())
        if not isinstance(raw, list | tuple) or not all(isinstance(part, str) for part in raw):
            raise ValueError
        return tuple(raw)
    if not isinstance(raw, str):
        raise ValueError
    return raw


def _kind(default: Any) -> str:
    return {int: "a whole number", tuple: "a list of texts"}.get(type(default), "a text")


def sample() -> str:
    """A settings file that sets nothing: every setting that may stand in it, with its sentence and its default."""
    lines = [
        "# Take away a # to decide otherwise. `perron config show` prints what is in force and where it comes from."
    ]
    for one in fields(Settings):
        default = _default(one)
        if one.name == "data":
            continue
        value = list(default) if isinstance(default, tuple) else default
        choices = f" One of: {', '.join(one.metadata['one_of'])}." if one.metadata["one_of"] else ""
        lines += ["", f"# {one.metadata['says']}{choices}", f"# {one.name} = {encode_text(value)}"]
    return "\n".join(lines) + "\n"
