"""Cases: boards that were there first."""
from .lab import expect


def same_as(lab, before):
    after = lab.settled(180)
    expect(after["file"] == before["file"], f"slots.json: {after['file']}")
    found = lab.board_behind(4001), lab.board_behind(4002)
    expect(found == ("A", "B"), f"4001 and 4002 are {found}")


def daemons_after_boards(lab):
    """Boards that changed while no daemon ran are found at the start"""
    lab.two_boards()
    lab.shell.run("timeout 60 systemctl stop rfc2217.target")
    lab.unplug("A")
    lab.unplug("B")
    lab.plug("A", "1.3")
    lab.until_says("ls /dev/serial/by-path", "1.3:1.0-port0")
    lab.shell.run("timeout 100 systemctl start rfc2217.target")
    lab.settled()
    expect(lab.board_behind(4002) == "A", "another board is there")


def reboot(lab):
    """A reboot with boards plugged in: the same ports"""
    before = lab.two_boards()
    lab.disconnect()
    lab.machine.reboot()
    lab.connect()
    same_as(lab, before)


def cold_boot(lab):
    """Powered off and on with boards plugged in: the same ports"""
    before = lab.two_boards()
    lab.disconnect()
    lab.machine.power_off()
    lab.machine.start()
    lab.connect()
    same_as(lab, before)


CASES = [daemons_after_boards, reboot, cold_boot]
