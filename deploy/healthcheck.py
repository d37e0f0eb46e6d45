"""Whether the web server answers: asked here as citizens ask, since it answers no other name than its own."""

import http.client
import os
import sys
from urllib.parse import urlsplit

port = int(os.environ.get("WEB_BIND", ":8000").rpartition(":")[2])
headers = {"Host": urlsplit(os.environ["PUBLIC_URL"]).netloc, "X-Forwarded-Proto": "https"}
line = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
line.request("GET", "/healthz", headers=headers)
sys.exit(line.getresponse().status != http.HTTPStatus.OK)
