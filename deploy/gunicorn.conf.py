"""The web server: two processes of two threads on a machine of two cores; `WEB_WORKERS` for larger ones.

`WEB_THREADS`, two by default, is for sites whose requests wait more than they work (decision 40).

No access log: it would hold the addresses of citizens. The worker of our own leaves a new connection to the process
that holds fewer; `worker_connections` bounds what one holds.
"""

import os

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")  # the proxy alone reaches it
worker_class = "portal.web.FairWorker"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))
worker_connections = 32
keepalive = 5
timeout = 60
graceful_timeout = 25
max_requests = 20_000  # a slow leak in a library never grows old
max_requests_jitter = 2_000
preload_app = True
control_socket_disable = True
accesslog = None
errorlog = "-"
