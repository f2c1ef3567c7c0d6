"""Who is writing: a thread that holds the pen may neither open a second transaction nor talk to the network."""

import threading


class Pen(threading.local):
    """True in the thread that is inside a writing transaction."""

    held = False


pen = Pen()
