"""A closed loop as a user of treq writes one: CONNECTIONS loops for SECONDS, each of which sends its next request after a response."""
import os
import time

import treq
from twisted.internet import defer, task
from twisted.web.client import HTTPConnectionPool

url = os.environ["URL"]
connections = int(os.environ["CONNECTIONS"])
end = time.monotonic() + float(os.environ["SECONDS"])
body = os.environ["BODY"].encode()
post = os.environ["METHOD"] == "POST"


async def loop(pool):
    while time.monotonic() < end:
        if post:
            response = await treq.post(url, data=body, headers={"Content-Type": "application/json"}, pool=pool)
        else:
            response = await treq.get(url, pool=pool)
        await treq.content(response)


def main(reactor):
    pool = HTTPConnectionPool(reactor, persistent=True)
    pool.maxPersistentPerHost = connections
    return defer.gatherResults([defer.ensureDeferred(loop(pool)) for _ in range(connections)])


task.react(main)
