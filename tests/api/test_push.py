"""Web push: devices subscribe, and a notice reaches them sealed and signed."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from sqlalchemy import select

from perron.store import Prepared
from perron.store.tables import push_subscriptions
from tests.rig import Person, Site

SECRET = b"0123456789abcdef"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A push service that keeps what it is sent, and the keys to read it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer = 201
        device = self

        class Service(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                device.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(device.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def asks(self, **data: Any) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "subscription": {
                "endpoint": f"http://127.0.0.1:{self.server.server_port}/device",
                "keys": {"p256dh": text(point), "auth": text(SECRET)},
                "standard": True,
            },
            "data": data,
        }

    def read(self, index: int = -1) -> dict[str, Any]:
        headers, body = self.got[index]
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET, version=headers["content-encoding"])
        found: dict[str, Any] = json.loads(plain)
        return found


@pytest.fixture
def device() -> Iterator[Device]:
    one = Device()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, outside_allow=("127.0.0.1/32",)) as one:
        yield one


PUSH = "/api/v1/push/subscription"


def test_a_subscription_is_kept_changed_and_let_go(site: Site, ada: Person, device: Device) -> None:
    ada.get(PUSH, expect=404)
    made = ada.post(PUSH, device.asks(alerts={"mention": True, "follow": "false"}))
    assert made["alerts"]["mention"] is True and made["alerts"]["follow"] is False
    assert made["policy"] == "all" and made["standard"] is True
    assert made["server_key"] == site.anybody("/api/v2/instance")["configuration"]["vapid"]["public_key"]
    assert ada.get(PUSH) == made
    changed = ada.put(PUSH, {"data": {"alerts": {"favourite": True}}, "policy": "followed"})
    assert changed["alerts"]["favourite"] and not changed["alerts"]["mention"] and changed["policy"] == "followed"
    assert ada.delete(PUSH) == {}
    ada.get(PUSH, expect=404)
    ada.put(PUSH, {"data": {"alerts": {}}}, expect=404)


def test_a_form_says_the_same_as_json(ada: Person, device: Device) -> None:
    wanted = device.asks()["subscription"]
    made = ada.call(
        "POST",
        PUSH,
        data={
            "subscription[endpoint]": wanted["endpoint"],
            "subscription[keys][p256dh]": wanted["keys"]["p256dh"],
            "subscription[keys][auth]": wanted["keys"]["auth"],
            "data[alerts][mention]": "true",
        },
    )
    assert made["endpoint"] == wanted["endpoint"] and made["alerts"]["mention"] and made["standard"] is False


def test_a_notice_reaches_the_device_sealed_and_signed(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True}))
    ada.says("Salut @dirk, un café ?")
    ada.follows(dirk)
    site.run_jobs()
    assert len(device.got) == 1
    told, (headers, _) = device.read(), device.got[0]
    assert told["notification_type"] == "mention" and told["title"] == "ada vous a mentionné"
    assert told["body"] == "Salut @dirk, un café ?" and told["preferred_locale"] == "fr"
    assert told["notification_id"] == int(dirk.get("/api/v1/notifications")[-1]["id"])
    assert told["access_token"] == dirk.token and told["icon"].endswith("/avatars/ada.png")
    with site.store.read() as db:
        kept = db.all(Prepared(select(push_subscriptions)))
    assert dirk.token not in str(kept)
    assert Vapid02.verify(headers["authorization"]) and headers["ttl"] == "172800"


def test_an_older_device_is_told_in_the_older_way(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    asked = device.asks(alerts={"mention": True})
    asked["subscription"]["standard"] = False
    dirk.post(PUSH, asked)
    ada.says("@dirk")
    site.run_jobs()
    headers, body = device.got[0]
    parts = dict(part.split("=", 1) for part in headers["crypto-key"].split(";"))
    padded = parts["dh"] + "=" * (-len(parts["dh"]) % 4)
    salt = headers["encryption"].partition("=")[2]
    plain = http_ece.decrypt(
        body,
        private_key=device.key,
        dh=base64.urlsafe_b64decode(padded),
        salt=base64.urlsafe_b64decode(salt + "=" * (-len(salt) % 4)),
        auth_secret=SECRET,
        version="aesgcm",
    )
    assert json.loads(plain)["notification_type"] == "mention"
    assert headers["authorization"].startswith("WebPush ")


def test_a_warning_hides_the_words_from_a_locked_screen(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True}))
    ada.says("@dirk la fin du film", spoiler_text="Cinéma")
    site.run_jobs()
    assert device.read()["body"] == "Cinéma"


def test_a_device_hears_only_from_whom_it_wishes(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, {**device.asks(alerts={"mention": True}), "policy": "followed"})
    ada.says("@dirk un")
    site.run_jobs()
    assert device.got == []
    dirk.follows(ada)
    ada.says("@dirk deux")
    site.run_jobs()
    assert [device.read()["body"]] == ["@dirk deux"]


@pytest.mark.parametrize(("policy", "heard"), [("follower", 1), ("none", 0)])
def test_a_device_hears_from_followers_or_from_nobody(
    site: Site, ada: Person, dirk: Person, device: Device, policy: str, heard: int
) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True, "follow": False}, policy=policy))
    ada.says("@dirk un")
    site.run_jobs()
    assert device.got == []
    ada.follows(dirk)
    ada.says("@dirk deux")
    site.run_jobs()
    assert len(device.got) == heard


def test_who_follows_is_told_with_their_own_words(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"note": "Boulangère. " * 20})
    dirk.post(PUSH, device.asks(alerts={"follow": True}))
    ada.follows(dirk)
    site.run_jobs()
    told = device.read()
    assert told["notification_type"] == "follow" and told["title"] == "ada vous suit"
    assert told["body"].startswith("Boulangère. ") and len(told["body"]) <= 140


@pytest.mark.parametrize("answer", [404, 410])
def test_a_device_that_is_gone_is_forgotten(site: Site, ada: Person, dirk: Person, device: Device, answer: int) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True}))
    device.answer = answer
    ada.says("@dirk")
    site.run_jobs()
    dirk.get(PUSH, expect=404)


def test_a_push_service_in_trouble_is_tried_again(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True}))
    device.answer = 503
    ada.says("@dirk")
    site.run_jobs()
    assert len(device.got) == 1 and dirk.get(PUSH)


def test_what_cannot_be_a_subscription_is_refused(ada: Person, device: Device) -> None:
    for name, value in (("endpoint", "ftp://x.example/"), ("endpoint", ""), ("endpoint", "https://")):
        asked = device.asks(alerts={})
        asked["subscription"][name] = value
        ada.post(PUSH, asked, expect=422)
    asked = device.asks()
    asked["subscription"]["keys"]["p256dh"] = "AAAA"
    ada.post(PUSH, asked, expect=422)
    ada.post(PUSH, device.asks(policy="moon"), expect=422)
    ada.post(PUSH, {}, expect=422)


def test_a_token_without_the_scope_cannot_subscribe(site: Site, ada: Person, device: Device) -> None:
    token = site.token(ada, "read write")
    reply = site.client.post(PUSH, json=device.asks(), headers={"authorization": f"Bearer {token}"})
    assert reply.status_code == 403
