"""How the production server runs: measured choices, explained in docs/decisions.md."""

import gc
import os
from typing import Any

bind = os.environ.get("ECOPTER_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("ECOPTER_WORKERS", "2"))
threads = int(os.environ.get("ECOPTER_THREADS", "4"))
worker_class = "gthread"
# Without it, keep-alive connections pile up on one worker.
reuse_port = True
# The control socket can stop the server and fails without a home folder.
control_socket_disable = True
timeout = 30
graceful_timeout = 20
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
limit_request_line = 4094
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def post_worker_init(_worker: Any) -> None:
    """What the application loaded stays for good: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
