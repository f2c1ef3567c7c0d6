"""A push service with devices behind it, which counts what it is sent, and answers badly when it is told to."""

import base64
import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from trials.elsewhere import Elsewhere, listening

SECRET = b"0123456789abcdef"
OK, GONE, CUT = 201, 410, 0


def text(data: bytes) -> str:
    """Bytes as a subscription has them."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Receiver(AbstractContextManager["Receiver"]):
    """`answer(device, notice, times)` says how the n-th push of a notice is answered: a status, or CUT for none."""

    def __init__(self, answer: Callable[[str, int, int], int]) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.sent: Counter[tuple[str, int]] = Counter()
        self.accepted: Counter[tuple[str, int]] = Counter()
        self.refused = 0
        """Pushes that were answered badly on purpose."""
        self._gate = threading.Lock()
        receiver = self

        class Service(Elsewhere):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.take(self.path.rpartition("/")[2], self.headers["content-encoding"], body, answer)
                if status == CUT:
                    self.close_connection = True
                else:
                    self.answer(status)

        self._open = listening(Service)
        self.address = self._open.__enter__()

    def take(self, device: str, coding: str, body: bytes, answer: Callable[[str, int, int], int]) -> int:
        """Read what came for a device, count it, and decide how to answer."""
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET, version=coding)
        about = (device, int(json.loads(plain)["notification_id"]))
        with self._gate:
            self.sent[about] += 1
            status = answer(device, about[1], self.sent[about])
            if status == OK:
                self.accepted[about] += 1
            else:
                self.refused += 1
        return status

    def subscription(self, device: str) -> dict[str, Any]:
        """How a device asks to be told of everything."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        kinds = ("mention", "favourite", "reblog", "follow")
        return {
            "subscription": {
                "endpoint": f"{self.address}/{device}",
                "keys": {"p256dh": text(point), "auth": text(SECRET)},
                "standard": True,
            },
            "data": {"alerts": dict.fromkeys(kinds, True)},
        }

    def __exit__(self, *_: object) -> None:
        self._open.__exit__(None, None, None)
