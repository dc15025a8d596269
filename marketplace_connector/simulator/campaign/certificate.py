"""What the ERP certifies of its days and shops, held against the platforms' own lists."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal


def check_days(env):
    """Let each shop's days since its first order be compared, today as far as it has gone."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    for shop in env["marketplace.shop"].search([]):
        first, today = shop._local_date(shop.import_from), shop._local_date(now)
        shop._check_dates([first + timedelta(days=number) for number in range((today - first).days + 1)])


def read_certificate(env):
    """The days since each shop's first one, and the shops' verdicts, as plain values; moments in epoch seconds."""
    return {
        shop.provider: {
            "completeness": shop.completeness,
            "until": _epoch(shop.complete_until),
            "days": [
                _day(day) for day in shop.day_check_ids.sorted("date") if day.date >= shop._local_date(shop.import_from)
            ],
        }
        for shop in env["marketplace.shop"].search([])
    }


def _day(day):
    return {
        "date": f"{day.date}",
        "start": _epoch(day._bounds()[0]),
        "until": _epoch(day.checked_until),
        "state": day.state,
        "why": day.why,
        "listed": day.listed_count,
        "known": day.known_count,
        "healed": day.healed_count,
        "open": {line.order_ref: line.kind for line in day.line_ids if line.is_open},
    }


def _epoch(moment):
    return int(moment.replace(tzinfo=timezone.utc).timestamp()) if moment else None


def wrong_certificate(told, books, certificate):
    """Where the certificate says other than the platforms' lists: sentences by platform. `told` are the orders by
    platform."""
    found = {}
    for provider, shop in certificate.items():
        sentences = [
            f"{day['date']}: {sentence}" for day in shop["days"] for sentence in _wrong_day(told[provider], books, day)
        ]
        sentences += _wrong_shop(told[provider], shop)
        if sentences:
            found[provider] = sentences
    return found


def _wrong_day(orders, books, day):
    if day["until"] is None:
        yield f"never compared, {day['why']}"
        return
    listed = {ref: order for ref, order in orders.items() if day["start"] <= order["placed"] < day["until"]}
    known = [ref for ref in listed if ref in books]
    for name, ours, theirs in (("listed", day["listed"], len(listed)), ("known", day["known"], len(known))):
        if ours != theirs:
            yield f"{ours} {name}, there are {theirs}"
    found = {ref: "missing" for ref, order in listed.items() if order["must"] and ref not in books}
    found |= {ref: "differs" for ref in known if _states_differ(listed[ref], books[ref][0])}
    may_be_seen = {ref for ref in known if _totals_differ(listed[ref], books[ref][0])}  # of some a sample is compared
    named = {ref: kind for ref, kind in day["open"].items() if ref in found or ref not in may_be_seen}
    if named != found:
        yield f"it names {named}, not {found}"
    state = "incomplete" if day["open"] else "complete"
    if day["state"] != state:
        yield f"it says {day['state']} ({day['why']}), not {state}"


def _states_differ(order, ours):
    only_here = ours["state"] == "cancel" and order["status"] not in ("cancelled", "in_cancel")
    return order["status"] != ours["status"] or only_here


def _totals_differ(order, ours):
    if order["status"] == "cancelled" or ours["state"] == "cancel":
        return False
    if order["total"] is None:
        return order["goods"] != ours["goods"]
    return Decimal(order["total"]) != Decimal(ours["total"])


def _wrong_shop(orders, shop):
    days = shop["days"]
    if not days or any(order["placed"] < days[0]["start"] for order in orders.values()):
        yield "its first day was never compared"
        return
    is_complete = all(day["state"] == "complete" for day in days)
    if (shop["completeness"] == "complete") != is_complete:
        yield f"the shop says {shop['completeness']}"
    if is_complete and shop["until"] != days[-1]["until"]:
        yield f"the shop says complete up to {shop['until']}, not {days[-1]['until']}"


def spoil(env):
    """Lose an order of each shop, and let it not come in again; gives their numbers."""
    refs = []
    for shop in env["marketplace.shop"].search([]):
        live = [("marketplace_shop_id", "=", shop.id), ("marketplace_status", "in", ("ready_to_ship", "processed"))]
        order = env["sale.order"].search(live, limit=1, order="id")
        refs += order.mapped("marketplace_order_ref")
        order.write({"marketplace_order_ref": False, "marketplace_shop_id": False})
        shop.currency_id = env.ref("base.EUR")
    return refs
