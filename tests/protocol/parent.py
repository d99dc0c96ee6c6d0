"""A process for tests that starts a deaf child, tells its process id, and waits to be killed."""

import sys
import time
from pathlib import Path

from livepatch.protocol.children import Child
from livepatch.protocol.messages import Notice

child = Child("tests.protocol.echo", [], Notice, Path(sys.argv[1]))
child.channel.send(Notice("note", "deaf"))
child.channel.receive(30)
sys.stdout.write(f"{child.pid}\n")
sys.stdout.flush()
time.sleep(60)
