"""What nodes share through a server that speaks the Redis protocol: copies, wake-ups, counts.

A cache and a messenger, never the truth: whoever asks it goes on without an answer, and to lose it whole costs speed.
Without the setting `redis` nothing here is loaded.
"""

from perron.shared.client import Away, Shared

__all__ = ["Away", "Shared"]
