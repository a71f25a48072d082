"""gunicorn's worker with threads, of which none waits for a connection that says nothing."""

from __future__ import annotations

from functools import partial
from selectors import EVENT_READ
from socket import socket
from time import sleep

from gunicorn.workers.gthread import TConn, ThreadWorker

HELD_BACK = 20e-6  # seconds for each connection that a worker has already


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn comes without types
    """Hands a connection to a thread once there is something to read on it.

    gunicorn's own gives each new connection a thread that waits five seconds for its first
    request. Browsers open more connections than they use at once: a few people with a page open
    would leave no thread to answer anyone.
    """

    def accept(self, listener: socket) -> None:
        """Take a new connection, unless a worker with fewer of them was quicker."""
        sleep(self.nr_conns * HELD_BACK)
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Put a connection that has sent nothing yet beside those kept alive."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.data_ready = True  # when it is next handed over, which is when there is something
        conn.sock.setblocking(False)  # noqa: FBT003 - so the socket has it
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_client_socket_readable, conn))
