"""Cases: found by name in the network, through the real Avahi."""
from hotplug.lab import expect

from .installing import SETTINGS

BROWSE = "avahi-browse -rptk _{}._tcp"  # names are escaped there: "\\032" is a space
# Another machine on a link of the guest.
NEIGHBOUR = """ip netns add neighbour
ip link add lab type veth peer name eth0 netns neighbour
ip addr add 10.9.0.1/24 dev lab
ip link set lab up
ip -n neighbour addr add 10.9.0.2/24 dev eth0
ip -n neighbour link set eth0 up
ip -n neighbour route add 224.0.0.0/4 dev eth0"""
ASK = "ip netns exec neighbour python3 /root/mdns_ask.py _{}._tcp.local"
SLOT = "SLOT1 on rfc2217-vm._rfc2217._tcp.local"
PAGE = "Serial boards on rfc2217-vm._http._tcp.local"


def until_unknown(bench, command, text):
    bench.until_says(f"{command} | grep -F '{text}' || echo unknown", "unknown\n")


def announced(bench):
    """Avahi, started after it, tells another machine on the link of slots and page; restarted and with a changed state, again; not with mdns off"""
    bench.shell.run(NEIGHBOUR)
    bench.shell.run("systemctl unmask avahi-daemon.service avahi-daemon.socket && systemctl start avahi-daemon")
    bench.until_says(ASK.format("rfc2217"), f"4001 {SLOT}")
    bench.until_says(ASK.format("http"), f"8080 {PAGE}")
    bench.until_says(BROWSE.format("rfc2217"), '"state=idle"')
    bench.until_says(BROWSE.format("rfc2217"), '"slot=SLOT1"')
    with bench.client(4001):
        bench.until_says(BROWSE.format("rfc2217"), '"state=in_use"')

    bench.shell.run("systemctl restart avahi-daemon")
    bench.until_says(ASK.format("rfc2217"), f"4001 {SLOT}")

    pid = bench.show("portal", "MainPID")
    bench.stage(SETTINGS, '{"portal": {"mdns": false}}\n')
    bench.shell.run("systemctl reload rfc2217-portal")
    until_unknown(bench, ASK.format("rfc2217"), SLOT)
    until_unknown(bench, ASK.format("http"), PAGE)
    bench.stage(SETTINGS, "{}\n")
    bench.shell.run("systemctl reload rfc2217-portal")
    bench.until_says(ASK.format("http"), f"8080 {PAGE}")

    bench.shell.run("systemctl mask --now avahi-daemon.socket avahi-daemon.service; ip netns del neighbour")
    expect(b"<html" in bench.page(), "no page without Avahi")
    expect(bench.show("portal", "MainPID") == pid, "portald was started again")


CASES = [announced]
