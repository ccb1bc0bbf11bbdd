#!/usr/bin/python3
"""Avahi as its clients see it on D-Bus, without the network: keeps what is announced in a file.

fake_avahi.py FILE [NAME…]: NAMEs are taken by other machines, so that announcing one collides."""
import json
import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

AVAHI = "org.freedesktop.Avahi"
GROUP = AVAHI + ".EntryGroup"
SERVER = AVAHI + ".Server"
ESTABLISHED, COLLISION = 2, 3


class Refused(dbus.DBusException):
    _dbus_error_name = AVAHI + ".BadStateError"


class Network:
    """What everybody sees."""

    def __init__(self, file, taken):
        self.file, self.taken, self.groups = file, set(taken), []
        self.show()

    def show(self):
        seen = {n: s for g in self.groups if g.committed for n, s in g.services.items()}
        with open(self.file + ".new", "w") as out:
            json.dump(seen, out)
        os.rename(self.file + ".new", self.file)

    def names(self):
        return self.taken | {n for g in self.groups if g.committed for n in g.services}


class EntryGroup(dbus.service.Object):
    def __init__(self, bus, path, owner, network):
        super().__init__(bus, path)
        self.path, self.owner, self.network = path, owner, network
        self.services, self.committed = {}, False

    @dbus.service.method(GROUP, in_signature="iiussssqaay")
    def AddService(self, interface, protocol, flags, name, type_, domain, host, port, txt):
        if self.committed or not 0 < len(name.encode()) <= 63 or any(len(t) > 255 for t in txt):
            raise Refused("not now, or not so")
        self.services[str(name)] = {"type": str(type_), "port": int(port), "txt": [bytes(t).decode() for t in txt]}

    @dbus.service.method(GROUP, in_signature="iiusssaay")
    def UpdateServiceTxt(self, interface, protocol, flags, name, type_, domain, txt):
        if name not in self.services:
            raise Refused("no such service")
        self.services[str(name)]["txt"] = [bytes(t).decode() for t in txt]
        self.network.show()

    @dbus.service.method(GROUP)
    def Commit(self):
        if not self.services or self.committed:
            raise Refused("nothing to commit")
        if set(self.services) & self.network.names():
            GLib.idle_add(lambda: self.StateChanged(COLLISION, "") and False)
            return
        self.committed = True
        self.network.show()
        GLib.idle_add(lambda: self.StateChanged(ESTABLISHED, "") and False)

    @dbus.service.method(GROUP)
    def Reset(self):
        self.services, self.committed = {}, False
        self.network.show()

    @dbus.service.method(GROUP)
    def Free(self):
        self.remove_from_connection()
        self.network.groups.remove(self)
        self.network.show()

    @dbus.service.signal(GROUP, signature="is")
    def StateChanged(self, state, error):
        pass


class Server(dbus.service.Object):
    def __init__(self, bus, network):
        super().__init__(bus, "/")
        self.bus, self.network, self.made = bus, network, 0
        bus.add_signal_receiver(self.owner_changed, "NameOwnerChanged", "org.freedesktop.DBus")

    @dbus.service.method(SERVER, out_signature="o", sender_keyword="sender")
    def EntryGroupNew(self, sender):
        self.made += 1
        self.network.groups.append(EntryGroup(self.bus, f"/Client0/EntryGroup{self.made}", sender, self.network))
        return self.network.groups[-1].path

    def owner_changed(self, name, before, now):
        if not now:  # what a client announced ends with it
            for group in [g for g in self.network.groups if g.owner == name]:
                group.Free()


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
    server = Server(bus, Network(sys.argv[1], sys.argv[2:]))
    name = dbus.service.BusName(AVAHI, bus, do_not_queue=True)
    GLib.MainLoop().run()
    del server, name


if __name__ == "__main__":
    main()
