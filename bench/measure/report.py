"""Rounds become medians and ratios, and those a table."""
import statistics


def medians(rounds):
    """[{scenario: {server: {figure: value}}}] of each round -> the medians, in the same form."""
    all_values = {}
    for one in rounds:
        for scenario, servers in one.items():
            for server, figures in servers.items():
                for figure, value in figures.items():
                    all_values.setdefault(scenario, {}).setdefault(server, {}).setdefault(figure, []).append(value)
    return {scenario: {server: {figure: statistics.median(v) for figure, v in figures.items()}
                       for server, figures in servers.items()} for scenario, servers in all_values.items()}


def ratio(result, scenario, figure, ours="rfc2217", theirs="ser2net, tuned"):
    """Ours by theirs; None when one of them was not measured."""
    servers = result.get(scenario, {})
    a, b = servers.get(ours, {}).get(figure), servers.get(theirs, {}).get(figure)
    return a / b if a is not None and b else None


def bars(result):
    """(what, bar, measured, whether it was met) of issue 9; what was not measured is left out."""
    def of(scenario, figure, server="rfc2217"):
        return result.get(scenario, {}).get(server, {}).get(figure)

    wanted = []
    for kind in ("text", "random"):
        down, up = f"board to client, {kind}", f"client to board, {kind}"
        wanted += [(f"{down}: CPU a MB, by tuned ser2net", "<=", 2.0, ratio(result, down, "CPU ms/MB")),
                   (f"{down}: MB/s, by tuned ser2net", ">=", 0.8, ratio(result, down, "MB/s")),
                   (f"{up}: CPU a MB, by tuned ser2net", "<=", 2.0, ratio(result, up, "CPU ms/MB")),
                   (f"{up}: MB/s, by tuned ser2net", ">=", 0.8, ratio(result, up, "MB/s"))]
    wanted.append(("board to client, text: CPU a MB, by ser2net that traces with times", "<=", 1 / 3,
                   ratio(result, "board to client, text", "CPU ms/MB", theirs="ser2net, timed trace")))
    for count, memory in ((8, 25), (32, 40)):
        paced, still = f"{count} boards at 92 KB/s", f"idle, {count} slots"
        used, rings = of(still, "PSS MB"), of(still, "of it rings MB")
        wanted += [(f"{paced}: CPU, by tuned ser2net", "<=", 1.5, ratio(result, paced, "CPU %")),
                   (f"{paced}: p99 delivery, ms", "<=", 3.0, of(paced, "p99 ms")),
                   (f"{still}: PSS less rings, MB", "<=", memory, None if used is None else used - rings)]
    wanted += [("idle, 8 slots: wakeups/s", "<=", 10, of("idle, 8 slots", "wakeups/s")),
               ("idle, 8 slots: CPU %", "<=", 0.05, of("idle, 8 slots", "CPU %")),
               ("connect: median, by tuned ser2net", "<=", 1.0, ratio(result, "connect", "median ms")),
               ("a client that never reads: drained %", ">=", 100, of("a client that never reads", "drained %")),
               ("start until ready, ms", "<=", 300, of("start", "ready ms")),
               ("plug until the port listens: median, ms", "<=", 150, of("plug", "median ms"))]
    for what, sense, bar, value in wanted:
        if value is not None:
            yield what, f"{sense} {bar:.3g}", value, value <= bar if sense == "<=" else value >= bar


def markdown(result, machine, rounds):
    """The whole page."""
    lines = ["# Measured beside the others", "",
             f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_mb']} MB, kernel {machine['kernel']}; "
             f"{rounds} interleaved rounds, medians. Load of the machine when it began: {machine['load']}, which counts "
             "against all: times are worth something below 0.5, CPU and memory always.", "",
             "Of ours all four daemons run, each byte is logged and can be had on the bus; the others only hand on, unless it says "
             "\"trace\": the board's bytes in a file, with times only as a hexdump. Made by `scripts/bench`.", "",
             "| bar of issue 9 | wanted | measured | |", "|---|---|---|---|"]
    lines += [f"| {what} | {bar} | {value:.3g} | {'met' if met else '**not met**'} |" for what, bar, value, met in bars(result)]
    for scenario, servers in result.items():
        figures = list(dict.fromkeys(figure for measured in servers.values() for figure in measured))
        lines += ["", f"## {scenario[0].upper() + scenario[1:]}", "", f"| | {' | '.join(figures)} |", "|---" * (len(figures) + 1) + "|"]
        lines += [f"| {server} | " + " | ".join(f"{measured[f]:.3g}" if f in measured else "" for f in figures) + " |"
                  for server, measured in servers.items()]
    return "\n".join(lines) + "\n"
