#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps the figures of scripts/bench, and writes the report from them.

Sections of other topics stay in the page until they are measured again.

usage: report.py add WORK TITLE FIGURES    add what was measured to docs/benchmarks.json
       report.py show [WORK …]             print tables for a terminal
       report.py page                      write docs/benchmarks.md and docs/benchmarks.svg
       report.py section TOPIC FILE        put the report of a topic into docs/benchmarks.md
       report.py check                     end with 1 where the page is not what the figures say

FIGURES holds lines of tabs: a module, a unit, and the value of each round; or "about", a name, a value.
"""

import json
import math
import os
import re
import statistics
import sys
from html import escape

STORE = "docs/benchmarks.json"
PAGE = "docs/benchmarks.md"
PLOT = "docs/benchmarks.svg"
PEERS = {
    "C": "C",
    "Swift": "mod_swift",
    "Python": "mod_python",
    "WSGI": "mod_wsgi",
    "Perl": "mod_perl",
    "Lua": "mod_lua",
    "PHP": "mod_php",
}
LANGUAGES = [peer for peer in PEERS if peer != "C"]


class Unit:
    """What was counted, and how a table shows it."""

    def __init__(self, name, title, text, mode="value", digits=0, better=min, noise=0):
        # A difference up to noise is none.
        self.noise = noise
        self.name, self.title, self.text = name, title, text
        self.mode, self.digits, self.better = mode, digits, better

    def rounds(self, figures, peer):
        """The values that are shown: of each round, or what is more than C's in the same round."""
        values = figures.get(peer, {}).get(self.name)
        base = figures.get("C", {}).get(self.name)
        if values is None or peer == "C" or self.mode == "value" or not base:
            return values
        if self.mode == "over":
            return [value - c for value, c in zip(values, base)]
        return [value / c for value, c in zip(values, base)]

    def median(self, figures, peer):
        values = self.rounds(figures, peer)
        return None if values is None else statistics.median(values)

    def cell(self, figures, peer):
        values = self.rounds(figures, peer)
        if values is None:
            return "–"
        digits = self.digits if peer == "C" or self.mode != "ratio" else 2
        text = number(statistics.median(values), digits)
        low, high = number(min(values), digits), number(max(values), digits)
        return text if low == high else f"{text} ({low} to {high})"

    def is_behind(self, figures, peer, best):
        """Whether it is in every round: what differs by chance does not."""
        pairs = zip(self.rounds(figures, peer), self.rounds(figures, best))
        return all(
            abs(mine - other) > self.noise and self.better(mine, other) == other for mine, other in pairs
        )

    def first(self, figures):
        """The best of the language modules."""
        medians = {peer: self.median(figures, peer) for peer in LANGUAGES}
        medians = {peer: value for peer, value in medians.items() if value is not None}
        return self.better(medians, key=medians.get) if medians else None


UNITS = [
    Unit(
        "instructions",
        "Instructions for a request",
        "In user space, for one request; of the modules, what is more than C's.",
        "over",
    ),
    Unit("calls", "System calls for a request", "Of the whole request.", digits=1),
    Unit(
        "time",
        "Processor time for a request, µs",
        "User and system, at a fixed load; of the modules, what is more than C's in the same round.",
        "over",
        1,
    ),
    Unit(
        "empty",
        "Memory before the first request, KB",
        "Pss of all children: one with 32 threads under event, eight under prefork (mod_php).",
    ),
    Unit("memory", "Memory after the work, KB", "The same, when eight connections at once were served."),
    Unit(
        "bulk",
        "Processor time for a large body, ms",
        "User and system, for one body; of the modules, how many times C's in the same round.",
        "ratio",
    ),
    Unit("growth", "Memory that a large body leaves behind, KB", "Growth of Private_Dirty over the last body.", noise=1024),
    Unit("one", "Requests per second on one core", "", digits=2, better=max),
    Unit("two", "Requests per second on two cores", "", digits=2, better=max),
    Unit("scaling", "Two cores over one", "", digits=2, better=max),
    Unit("rate", "Requests per second of 240 connections", "", better=max),
    Unit("start", "From the start of httpd to the first response, ms", "Everything compiled before."),
    Unit("edit", "From an edit of the source to the first new response, ms", "Sources looked at in each request."),
]


def number(value, digits):
    return f"{value:,.{digits}f}".replace("-", "−")


# ---- The store --------------------------------------------------------------


def load():
    if not os.path.exists(STORE):
        return {"versions": {}, "order": [], "works": {}}
    with open(STORE, encoding="utf-8") as file:
        return json.load(file)


def add(work, title, name):
    store = load()
    about, figures, absent, gates = {}, {}, {}, []
    with open(name, encoding="utf-8") as file:
        for line in file:
            peer, unit, *values = line.rstrip("\n").split("\t")
            if peer == "about":
                about[unit] = values[0]
            elif peer == "absent":
                absent[unit] = values[0]
            elif peer == "gate":
                gates.append(unit)
            elif peer == "version":
                store["versions"][unit] = values[0]
            else:
                figures.setdefault(peer, {})[unit] = [float(value) for value in values]
    order = os.environ.get("WORKS", "").split()
    store["order"] = order + [name for name in store.get("order", []) if name not in order]
    entry = store["works"].setdefault(work, {"about": {}, "figures": {}})
    entry["title"], entry["absent"] = title, absent
    # Those of modules that were not counted this time stay.
    all_gates = {gate.rsplit(": ", 1)[0]: gate for gate in entry.get("gates", []) + gates}
    if all_gates:
        entry["gates"] = list(all_gates.values())
    for peer, units in figures.items():
        entry["figures"].setdefault(peer, {}).update(units)
        for unit in units:
            entry["about"][unit] = about
    with open(STORE, "w", encoding="utf-8") as file:
        json.dump(store, file, indent=1, ensure_ascii=False)
        file.write("\n")


def works_with(store, unit):
    """In the order of scripts/bench."""
    return [
        work
        for work in store["order"]
        if work in store["works"]
        and any(unit.name in figures for figures in store["works"][work]["figures"].values())
    ]


# ---- Tables -----------------------------------------------------------------


def rows(store, unit, chosen=()):
    """The title of each work, and a cell for each module."""
    for work in works_with(store, unit):
        if chosen and work not in chosen:
            continue
        entry = store["works"][work]
        figures = entry["figures"]
        first = unit.first(figures)
        yield entry["title"], {
            peer: (f"**{cell}**" if peer == first else cell)
            for peer in PEERS
            for cell in [unit.cell(figures, peer)]
        }


def show(chosen):
    store = load()
    for unit in UNITS:
        table = [(title, cells) for title, cells in rows(store, unit, chosen)]
        if not table:
            continue
        print(f"\n{unit.title}")
        width = max(len(title) for title, _ in table)
        print(" " * width, *(f"{name:>12}" for name in PEERS.values()))
        for title, cells in table:
            # The terminal shows medians; the page has the spread.
            short = (cells[peer].replace("*", "").split(" (")[0] for peer in PEERS)
            print(title.ljust(width), *(f"{cell:>12}" for cell in short))
    behind = list(not_first(store, chosen))
    print("\nmod_swift is not first in:" if behind else "\nmod_swift is first in every row.")
    for title, unit, best in behind:
        print(f"  {title}: {unit.title} ({PEERS[best]})")


def not_first(store, chosen=()):
    for unit in UNITS:
        for work in works_with(store, unit):
            figures = store["works"][work]["figures"]
            if (chosen and work not in chosen) or unit.median(figures, "Swift") is None:
                continue
            best = unit.first(figures)
            if best != "Swift" and unit.is_behind(figures, "Swift", best):
                yield store["works"][work]["title"], unit, best


# ---- The page ---------------------------------------------------------------


SECTION = re.compile(r"\n<!-- topic (.*?) -->\n(.*?)<!-- end of topic -->\n", re.DOTALL)


def sections():
    """The reports of the other topics, as they are in the page: by topic, with their marks."""
    if not os.path.exists(PAGE):
        return {}
    with open(PAGE, encoding="utf-8") as file:
        return {match[1]: match[0] for match in SECTION.finditer(file.read())}


def compose(store, parts):
    with open("Benchmarks/report.md.in", encoding="utf-8") as file:
        text = file.read()
    for name, value in {
        "VERSIONS": versions(store),
        "NOT_FIRST": list_not_first(store),
        "TABLES": tables(store),
        "TOPICS": list_of(parts),
    }.items():
        text = text.replace(f"@{name}@", value)
    return text + "".join(parts.values())


def list_of(parts):
    lines = []
    for part in parts.values():
        title = re.search(r"^## (.*)", part, re.MULTILINE)[1]
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        lines.append(f"- [{title}](#{anchor})")
    return "\n".join(lines)


def write(parts):
    store = load()
    for name, text in {PAGE: compose(store, parts), PLOT: plot(store)}.items():
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)


def page():
    write(sections())


def section(topic, name):
    """The report of a topic, one heading lower, in place of the one before."""
    with open(name, encoding="utf-8") as file:
        body = re.sub(r"^#", "##", file.read().strip(), flags=re.MULTILINE)
    parts = sections()
    parts[topic] = f"\n<!-- topic {topic} -->\n\n{body}\n\n<!-- end of topic -->\n"
    write(parts)


def check():
    store = load()
    for name, text in {PAGE: compose(store, sections()), PLOT: plot(store)}.items():
        with open(name, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit(f"report: {name} is not what {STORE} says: run Benchmarks/report.py page")


def versions(store):
    return "\n".join(f"- {name}: {value}" for name, value in store["versions"].items())


def tables(store):
    lines = []
    for unit in UNITS:
        table = list(rows(store, unit))
        if not table:
            continue
        lines += [f"### {unit.title}", ""]
        if unit.text:
            lines += [unit.text, ""]
        lines += ["| | " + " | ".join(PEERS.values()) + " |", "| --- |" + " ---: |" * len(PEERS)]
        lines += [f"| {title} | " + " | ".join(cells.values()) + " |" for title, cells in table]
        lines.append("")
    lines += ["### Gates", ""]
    for entry in store["works"].values():
        lines += [f"- {entry['title']}: {gate}" for gate in entry.get("gates", [])]
    groups = {}
    lines += ["", "### What is missing", ""]
    for entry in store["works"].values():
        for peer, reason in entry["absent"].items():
            lines.append(f"- {PEERS[peer]}, {entry['title']}: {reason}.")
    lines += ["", "### When each was measured", ""]
    lines += ["| | date | mod_swift | load average before |", "| --- | --- | --- | ---: |"]
    for unit in UNITS:
        for work in works_with(store, unit):
            about = store["works"][work]["about"][unit.name]
            groups.setdefault((about["date"], about["revision"]), []).append((unit, work, about.get("load")))
    for (date, revision), parts in sorted(groups.items()):
        names, loads = {}, []
        for unit, work, load in parts:
            names.setdefault(work, []).append(unit.name)
            loads += [float(load)] if load else []
        text = "; ".join(f"{work} ({', '.join(units)})" for work, units in names.items())
        load = f"{min(loads):.1f} to {max(loads):.1f}" if loads else "–"
        lines.append(f"| {text} | {date} | {revision} | {load} |")
    return "\n".join(lines)


def list_not_first(store):
    with open("Benchmarks/peers/reasons.json", encoding="utf-8") as file:
        reasons = json.load(file)
    groups = {}
    for title, unit, best in not_first(store):
        reason = reasons.get(f"{title}: {unit.name}", reasons.get(unit.name, "The reason is not known yet."))
        groups.setdefault((unit.title, reason), []).append(f"{title} ({PEERS[best]} is)")
    lines = [f"- **{unit}**: {'; '.join(rows)}. {reason}" for (unit, reason), rows in groups.items()]
    return "\n".join(lines) or "In every row it is."


# ---- The plot ---------------------------------------------------------------

COLORS = {
    "Swift": "#d6371b",
    "Python": "#2f6fab",
    "WSGI": "#7fb2de",
    "Perl": "#5a4e8c",
    "Lua": "#1b8a6b",
    "PHP": "#8a8a8a",
}
LEFT, TOP, WIDTH, ROW = 400, 96, 600, 34


def plot(store):
    """Instructions of the whole request as a multiple of C's, one line a work, on a logarithmic axis."""
    unit = UNITS[0]
    works = works_with(store, unit)
    ratios = {}
    for work in works:
        figures = store["works"][work]["figures"]
        base = statistics.median(figures["C"]["instructions"])
        ratios[work] = {
            peer: statistics.median(figures[peer]["instructions"]) / base
            for peer in LANGUAGES
            if "instructions" in figures.get(peer, {})
        }
    largest = max((max(row.values()) for row in ratios.values()), default=10)
    decades = math.ceil(math.log10(largest))
    low = -0.2

    def x(ratio):
        return LEFT + (math.log10(ratio) - low) / (decades - low) * WIDTH

    bottom = TOP + ROW * len(works)
    height = bottom + 56
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 40} {height}" '
        'font-family="system-ui, sans-serif" font-size="14" fill="#222">',
        "<!-- Written by scripts/bench. -->",
        "<title>Instructions of a request, as a multiple of the same handler in C</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="16" y="28" font-size="17" font-weight="600">Instructions of a request, '
        "as a multiple of the same handler in C</text>",
    ]
    place = 16
    for peer in LANGUAGES:
        parts.append(mark(place + 6, 55, peer))
        parts.append(f'<text x="{place + 18}" y="60">{PEERS[peer]}</text>')
        place += 34 + 8 * len(PEERS[peer])
    for decade in range(decades + 1):
        for step in range(1, 10):
            ratio = step * 10**decade
            if ratio > 10**decades:
                break
            color = "#bbb" if step == 1 else "#eee"
            parts.append(
                f'<line x1="{x(ratio):.1f}" x2="{x(ratio):.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="{color}"/>'
            )
        label = "C" if decade == 0 else f"{10**decade:,} ×"
        parts.append(
            f'<text x="{x(10**decade):.1f}" y="{bottom + 20}" text-anchor="middle" fill="#555">{label}</text>'
        )
    for index, work in enumerate(works):
        y = TOP + ROW * index + ROW / 2
        title = store["works"][work]["title"]
        parts.append(f'<text x="{LEFT - 12}" y="{y + 5:.0f}" text-anchor="end" font-size="13">{escape(title)}</text>')
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        for index, peer in enumerate(LANGUAGES):
            if peer in ratios[work]:
                # A little above or below the line, so that none hides another.
                offset = 3 * (index - (len(LANGUAGES) - 1) / 2)
                parts.append(mark(x(ratios[work][peer]), y + offset, peer))
    parts.append(
        f'<text x="{LEFT}" y="{bottom + 44}" font-size="12" fill="#555">'
        "Fewer is better. Counted by callgrind; a logarithmic axis.</text>"
    )
    parts.append("</svg>\n")
    return "\n".join(parts)


def mark(x, y, peer):
    """Each module has a shape of its own, for who does not see the colours."""
    color = COLORS[peer]
    shapes = {
        "Swift": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6"',
        "Python": f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"',
        "WSGI": f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" '
        f'transform="rotate(45 {x:.1f} {y:.1f})"',
        "Perl": f'<path d="M{x:.1f} {y - 6:.1f}l6 11h-12z"',
        "Lua": f'<path d="M{x:.1f} {y + 6:.1f}l6 -11h-12z"',
        "PHP": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"',
    }
    return f'{shapes[peer]} fill="{color}" stroke="#fff"/>'


def main(arguments):
    commands = {"add": add, "page": page, "section": section, "check": check}
    if arguments[:1] == ["show"]:
        show(arguments[1:])
    elif arguments and arguments[0] in commands:
        commands[arguments[0]](*arguments[1:])
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
