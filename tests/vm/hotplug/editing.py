"""Cases: a person edits slots.json while the system runs."""
import json

from .agreement import by_key, key
from .lab import SLOTS_FILE as FILE
from .lab import UNITS, expect
# What tools of people do to the file, as root: NEW is the text.
WAYS = {
    "copied over": "cp NEW FILE",  # opens the file that is there
    "tee": "tee FILE <NEW >/dev/null",  # may make one: so do nano and a shell's >
    "editor": "cp -p FILE FILE.new && cp NEW FILE.new && mv FILE.new FILE",  # vim, sed -i: the same owner
    "replaced": "install -m 644 NEW FILE.new && mv FILE.new FILE",  # a configuration system: now it is root's
}


def write(lab, text, way="copied over"):
    command = WAYS[way].replace("NEW", "/root/slots.json").replace("FILE", FILE)
    lab.shell.run(f"cat >/root/slots.json <<'END_OF_FILE'\n{text}\nEND_OF_FILE\n{command}")


def edited(text, usb_port, **members):
    """The same file with other members of one slot."""
    content = json.loads(text)
    for slot in content["slots"]:
        if slot["slot_key"] == key(usb_port):
            slot.update(members)
    return json.dumps(content, indent=2)


def processes(lab):
    return {unit: lab.show(unit, "MainPID") for unit in UNITS}


def check_named(lab, since, *words):
    """One line of the journal has all these words."""
    pattern = " | ".join(f"grep -F '{word}'" for word in words)
    lab.until_says(f"journalctl -o cat -u rfc2217-bridge --after-cursor='{since}' | {pattern}", words[0])


def cursor(lab):
    return lab.shell.run("journalctl -n 0 --show-cursor").split("cursor: ")[1].strip()


def taken_up(lab, way):
    """Another label and another port, and back; nobody else notices."""
    lab.two_boards()
    before, running = lab.slots_file(), processes(lab)
    try:
        with lab.client(4002) as neighbour:
            write(lab, edited(before, "1.2", label="Left board", tcp_port=4101), way)
            lab.until_says("ss -Hltn sport = :4101", "4101")
            slot = by_key(lab.settled()["slots"])[key("1.2")]
            expect((slot["slot"], slot["tcp_port"]) == ("Left-board", 4101), f"it is {slot['slot']} {slot['tcp_port']}")
            expect(lab.board_behind(4101) == "A", "another board is there")
            expect(neighbour.ask("say still here"), "the neighbour's client was cut off")
        write(lab, before, way)
        lab.until_says("ss -Hltn sport = :4001", "4001")
        lab.settled()
    finally:
        write(lab, before)
    expect(processes(lab) == running, "a daemon was started again")


def edit_copied(lab):
    """slots.json edited by hand, copied over: another label and port, taken up without a restart"""
    taken_up(lab, "copied over")


def edit_tee(lab):
    """The same by sudo tee, nano or a shell's redirection"""
    taken_up(lab, "tee")


def edit_editor(lab):
    """The same by an editor that puts another file in its place"""
    taken_up(lab, "editor")


def edit_replaced(lab):
    """The same by a file of root's own; then a new board still gets its port, and it is written down"""
    taken_up(lab, "replaced")
    content = json.loads(lab.slots_file())
    content["slots"] = [slot for slot in content["slots"] if slot["slot_key"] != key("2.1")]
    write(lab, json.dumps(content, indent=2), "replaced")
    lab.settled()
    lab.plug("C", "2.1")
    lab.until_state("2.1", "idle")
    lab.until_says(f"cat {FILE}", key("2.1"), 20)
    lab.until_says(f"stat -c '%U %a' {FILE}", "rfc2217-bridge 644")
    lab.settled()
    lab.unplug("C")


def bad_edit(lab):
    """A bad edit changes nothing, the journal names file, entry and key; put right, it is taken up"""
    lab.two_boards()
    before, running = lab.slots_file(), processes(lab)
    number = [slot["slot_key"] for slot in json.loads(before)["slots"]].index(key("1.3"))
    try:
        with lab.client(4002) as client:
            since = cursor(lab)
            write(lab, edited(before, "1.3", tcp_port=4001))
            check_named(lab, since, "slots.json", f"slots[{number}]", "tcp_port", "4001")
            since = cursor(lab)
            write(lab, before[:before.rindex("}")], "editor")
            check_named(lab, since, "slots.json:", "syntax error")
            expect(client.ask("say still here"), "a client was cut off")
        expect(lab.board_behind(4001) == "A", "4001 does not work any more")
        write(lab, edited(before, "1.3", tcp_port=4102))
        lab.until_says("ss -Hltn sport = :4102", "4102")
        lab.settled()
        expect(lab.board_behind(4102) == "B", "another board is at 4102")
    finally:
        write(lab, before)
    lab.until_says("ss -Hltn sport = :4002", "4002")
    lab.settled()
    expect(processes(lab) == running, "a daemon was started again")


CASES = [edit_copied, edit_tee, edit_editor, edit_replaced, bad_edit]
