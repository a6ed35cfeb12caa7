"""A seed shop's revenue by month."""

import csv
from bisect import bisect_right
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal


def settle(orders, rates, months, rejected):
    """Book the orders, write the months and what was rejected."""
    known = read_rates(rates)
    refused, sales, refunds, booked, seen = [], {}, [], [], set()
    for record in read_orders(orders):
        if record["kind"] == "refund":
            refunds.append(record)
        elif record["kind"] != "sale":
            refused.append((record, "kind"))
        elif record["number"] in seen:
            refused.append((record, "double"))
        else:
            seen.add(record["number"])
            record["rate"] = rate_on(known, record["currency"], record["date"])
            if record["rate"] is None:
                refused.append((record, "rate"))
            else:
                record["left"] = record["amount"]
                sales[record["number"]] = record
                booked.append((record["date"], 1, euros(record["amount"], record["rate"])))
    for record in sorted(refunds, key=lambda one: (one["date"], one["line"])):
        sale = sales.get(record["number"])
        reason = why_not(record, sale)
        if reason:
            refused.append((record, reason))
        else:
            sale["left"] -= record["amount"]
            booked.append((record["date"], -1, euros(record["amount"], sale["rate"])))
    write(rejected, "line,number,reason", [f"{one['line']},{one['number']},{why}" for one, why in sorted(refused, key=lambda pair: pair[0]["line"])])
    write(months, "month,sales,refunds,revenue", by_month(booked))


def why_not(refund, sale):
    """Why a refund cannot be booked."""
    if sale is None:
        return "unknown"
    if refund["currency"] != sale["currency"]:
        return "currency"
    if refund["date"] < sale["date"]:
        return "early"
    if refund["amount"] > sale["left"]:
        return "too much"
    return ""


def by_month(booked):
    """The lines of the months."""
    found = {}
    for date, sign, amount in booked:
        month = found.setdefault(date[:7], [0, 0, Decimal("0.00")])
        month[0 if sign > 0 else 1] += 1
        month[2] += sign * amount
    return [f"{month},{sales},{refunds},{revenue}" for month, (sales, refunds, revenue) in sorted(found.items())]


def read_orders(path):
    """The records, each with the line on which it begins."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        header = next(reader)
        line = reader.line_num + 1
        for fields in reader:
            if fields:
                record = dict(zip(header, fields))
                record["line"] = line
                record["date"] = datetime.strptime(record["date"], "%d.%m.%Y").date().isoformat()
                record["amount"] = Decimal(record["amount"].replace(".", "").replace(",", "."))
                yield record
            line = reader.line_num + 1


def read_rates(path):
    """Dates and rates of each currency, by date."""
    known = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda one: one["date"]):
            known.setdefault(row["currency"], []).append((row["date"], Decimal(row["rate"])))
    return known


def rate_on(known, currency, date):
    """The rate that holds on a date; None where none is known."""
    if currency == "EUR":
        return Decimal(1)
    rates = known.get(currency, [])
    place = bisect_right([one[0] for one in rates], date)
    return rates[place - 1][1] if place else None


def euros(amount, rate):
    """Euros, rounded to cents."""
    return (amount * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


def write(path, header, lines):
    """A file of lines."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join([header, *lines]) + "\n")
