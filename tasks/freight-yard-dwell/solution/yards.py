"""How long wagons stand in freight yards."""

import json
from datetime import datetime, timedelta

FOREVER = datetime.max
MINUTE = timedelta(minutes=1)
VALUES = ("wagon", "yard", "move", "at")


def dwell(source, target, begin, end):
    """Write the table of a period."""
    first, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    stays, lost = stays_of(movements(read(source)))
    rows = {}
    for yard, at in lost:
        if first <= at < last:
            row(rows, yard)["lost"] += 1
    parts = {}
    for yard, began, ended in stays:
        if touches(began, ended, first, last):
            inside = (max(began, first), min(ended, last))
            row(rows, yard)["stays"] += 1
            row(rows, yard)["minutes"] += (inside[1] - inside[0]) // MINUTE
            parts.setdefault(yard, []).append(inside)
    for yard, found in parts.items():
        row(rows, yard)["most"] = most(found)
    lines = ["yard,stays,minutes,most,lost"]
    for yard, one in sorted(rows.items()):
        lines.append(f"{yard},{one['stays']},{one['minutes']},{one['most']},{one['lost']}")
    with open(target, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines) + "\n")


def row(rows, yard):
    """The row of a yard, made when it is new."""
    return rows.setdefault(yard, {"stays": 0, "minutes": 0, "most": 0, "lost": 0})


def touches(began, ended, first, last):
    """Whether a stay touches the period."""
    if began == ended:
        return first <= began < last
    return began < last and ended > first


def most(parts):
    """The most stays at the same time."""
    steps = sorted([(ended, -1) for began, ended in parts if began < ended] + [(began, 1) for began, ended in parts if began < ended])
    now = greatest = 0
    for _, step in steps:
        now += step
        greatest = max(greatest, now)
    return greatest


def read(source):
    """Events by number."""
    events = {}
    with open(source, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                event = json.loads(line)
                events.setdefault(event["seq"], event)
    return events


def movements(events):
    """The movements that count, corrected."""
    cancelled = set()
    for seq in sorted(events, reverse=True):
        target = events[seq].get("cancels")
        if target is not None and seq not in cancelled and target < seq:
            cancelled.add(target)
    found = {}
    for seq in sorted(events):
        event = events[seq]
        if seq not in cancelled and "move" in event and "corrects" not in event:
            found[seq] = dict(event)
    for seq in sorted(events):
        target = found.get(events[seq].get("corrects"))
        if target is not None and seq not in cancelled:
            target.update({key: events[seq][key] for key in VALUES if key in events[seq]})
    for event in found.values():
        event["at"] = datetime.fromisoformat(event["at"])
    return sorted(found.values(), key=lambda one: (one["at"], one["seq"]))


def stays_of(moves):
    """Stays as (yard, began, ended), and what was lost as (yard, at)."""
    stays, lost, open_stays = [], [], {}
    for move in moves:
        wagon, yard, at = move["wagon"], move["yard"], move["at"]
        current = open_stays.get(wagon)
        if move["move"] == "in":
            if current is not None:
                lost.append(current)
            open_stays[wagon] = (yard, at)
        elif current is not None and current[0] == yard:
            stays.append((yard, current[1], at))
            del open_stays[wagon]
        else:
            lost.append((yard, at))
    stays.extend((yard, began, FOREVER) for yard, began in open_stays.values())
    return stays, lost
