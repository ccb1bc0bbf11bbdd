#!/usr/bin/env python3
"""Watches a board and says in JSON, one object a line, when something is wrong with it: for a program or an AI agent.

    ESP32_PORT=rfc2217://pi:4001 ./ai_monitor.py                 alerts on stdout, the board's lines on stderr
    ESP32_PORT=rfc2217://pi:4001 ./ai_monitor.py crash boot      ends at the first of these, with exit code 1

It sees the board while it is connected. What happened before or in between is in the Pi's logs, and the Pi itself tells of crashes and
boots by webhook, command or GET /api/alerts, with the whole dump and without anybody being connected: docs/settings.md#alerts.
"""
import json
import re
import sys
from datetime import datetime, timezone

from monitor import lines

PATTERNS = {
    "crash": r"Guru Meditation|Backtrace:|assert failed|abort\(\) was called",
    "memory": r"heap.*free.*\d+|MALLOC_CAP|out of memory",
    "wifi": r"WIFI.*DISCONNECT|wifi:.*reason",
    "boot": r"rst:.*boot:|configsip:",
}
COMPILED = {category: re.compile(pattern, re.IGNORECASE) for category, pattern in PATTERNS.items()}


def alerts(line):
    return [{"category": category, "line": line, "timestamp": datetime.now(timezone.utc).isoformat()}
            for category, pattern in COMPILED.items() if pattern.search(line)]


def main(ends_at):
    for unknown in set(ends_at) - set(PATTERNS):
        sys.exit(f"{unknown} is none of: {', '.join(PATTERNS)}")
    for line in lines():
        print(line, file=sys.stderr, flush=True)
        for alert in alerts(line):
            print(json.dumps(alert), flush=True)
            if alert["category"] in ends_at:
                sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        pass
