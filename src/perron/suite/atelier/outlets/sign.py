"""How what a webhook is told is signed (Standard Webhooks): an id by which a receiver knows what comes twice, when it
was sent, and by whom."""

import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

PREFIX = "whsec_"


def new_signing_secret() -> str:
    """A secret as receivers expect it: `whsec_` and 32 random bytes."""
    return PREFIX + b64encode(os.urandom(32)).decode()


def signed_headers(message_id: str, seconds: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of a message; one signature for each secret that counts."""
    signatures = [_signature(message_id, seconds, body, one) for one in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }


def _signature(message_id: str, seconds: int, body: bytes, secret: str) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    mac = hmac.new(key, f"{message_id}.{seconds}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(mac).decode()}"
