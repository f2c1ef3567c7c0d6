from perron.jobs.events import Event
from perron.jobs.queue import cancel, emit, put
from perron.jobs.worker import Inside, Outside

__all__ = ["Event", "Inside", "Outside", "cancel", "emit", "put"]
