"""Jobs that end the process that does them: nobody is left to note that they failed, so the next to take them does."""

import logging

from perron.jobs import queue
from perron.jobs.queue import Job
from perron.kit.time import now
from perron.store import Tx

log = logging.getLogger(__name__)
MOST_ENDS = 5
"""How often work may end without a word: a process that was killed by chance is no fault of the job's."""
MOST_ENDS_INSIDE = 4
"""The same for work within the transaction that strikes it off: the first time of all, it was not counted."""
MOST_TRIES = 12
WHY = "each time it was tried, the process ended before it did"


def gave_up(tx: Tx, job: Job, most_ends: int = MOST_ENDS) -> bool:
    """Give a job up that was tried often enough and never heard of again; whether it was."""
    if job.tries < most_ends or (job.tries < MOST_TRIES and job.error):
        return False
    queue.later(tx, job.id, at=now(), tries=job.tries, why=WHY, given_up=True)
    log.error("Job %s (%s) is given up: %s", job.id, job.name, WHY)
    return True
