#!/usr/bin/python3
"""`esp32_boards.py serve` of the rig, with one thing put right: serve_boards.py DIR BOARD...

The rig's USB-Serial-JTAG drops all but 64 bytes of what the chip says when the guest last asked for
data 0.5 s ago or earlier, also when the request is still there and waits. Of the eight answers to
SYNC, which come at once, the first uses that request up, five get through and the rest are dropped:
esptool then waits in vain. A real chip waits for a host that reads. It shows where a client is so
far away that its SYNC comes more than 0.5 s after the boot messages.
"""
import asyncio
import os
import runpy
import sys

sys.dont_write_bytecode = True
RIG = os.environ["RIG"]
sys.path.insert(0, RIG)
from boards import adapters  # noqa: E402


class WithReader(adapters.UsbSerialJtag):
    def from_chip(self, data, baud):
        if self._in[0x81]:  # the guest waits for data at this moment
            self._last_in = asyncio.get_running_loop().time()
        super().from_chip(data, baud)


adapters.UsbSerialJtag = WithReader
sys.argv = ["esp32_boards.py", "--dir", sys.argv[1], "serve", *sys.argv[2:]]
runpy.run_path(os.path.join(RIG, "esp32_boards.py"))
