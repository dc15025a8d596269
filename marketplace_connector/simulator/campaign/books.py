"""What the ERP shows of the platforms' orders, and where that differs from what is expected."""

from collections import Counter, defaultdict
from decimal import Decimal

from .invoices import read_invoices, wrong_invoices

LIVE = ("pending", "confirmed", "ready_to_ship", "shipped", "delivered", "manual")


def read_books(env):
    """The ERP's marketplace orders as plain values: a list of them by platform's number, and its open problems."""
    orders = env["sale.order"].search([("marketplace_order_ref", "!=", False)])
    books = defaultdict(list)
    for order in orders:
        books[order.marketplace_order_ref].append(_order(order))
    problems = defaultdict(list)
    for job in env["marketplace.job"].search([("is_problem", "=", True)]):
        problems[job.order_ref].append(job.message)
    return dict(books), dict(problems)


def _order(order):
    goods = order.order_line.filtered(lambda line: line.marketplace_kind == "goods")
    out = order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
    packages = order.marketplace_package_ids
    return {
        "state": order.state,
        "status": order.marketplace_status,
        "total": f"{order.amount_total:.2f}",
        "goods": f"{sum(goods.mapped('price_total')):.2f}",
        "pieces": _pieces((line.marketplace_seller_sku, line.product_uom_qty) for line in goods),
        "packages": [
            {
                "ref": package.package_ref,
                "status": package.status,
                "number": package.tracking_number or "",
                "delivery": package.picking_id.state or "",
                "labels": len(package.label_id),
            }
            for package in packages.sorted("package_ref")
        ],
        "moved": _moved(out),
        "returned": _moved(order.picking_ids.filtered(lambda picking: picking.picking_type_code == "incoming")),
        "deliveries": Counter(out.mapped("state")),
        "invoices": read_invoices(order),
        "credit_due": order.marketplace_credit_due,
    }


def _moved(pickings):
    done = pickings.filtered(lambda picking: picking.state == "done").move_ids
    return _pieces((move.product_id.default_code, move.quantity) for move in done if move.state == "done")


def _pieces(pairs):
    pieces = Counter()
    for sku, count in pairs:
        pieces[sku] += count
    return {sku: count for sku, count in pieces.items() if count}


def differences(expected, books, cancelled_here=()):
    """What is wrong, a list of sentences by order number. `cancelled_here` are orders cancelled in the ERP."""
    found = {}
    for ref, order in expected.items():
        wrong = list(_wrong(order, books.get(ref, []), ref in cancelled_here))
        if wrong:
            found[ref] = wrong
    for ref in books.keys() - expected.keys():
        found[ref] = ["the platform has no such order"]
    return found


def _wrong(order, booked, cancelled_here):
    if order["arranged"] > 1:
        yield f"sent {order['arranged']} times"
    if order["by_seller"] and not cancelled_here:
        yield "cancelled at the platform although nobody here wanted that"
    if len(booked) > 1:
        yield f"{len(booked)} sales orders"
    if not booked:
        if order["must"]:
            yield f"missing, it is {order['status']}"
        return
    ours = booked[0]
    if ours["status"] != order["status"]:
        yield f"status {ours['status']}, not {order['status']}"
    yield from wrong_invoices(order, ours)
    is_cancelled = order["status"] == "cancelled"
    if (ours["state"] == "cancel") != is_cancelled:
        yield f"sales order {ours['state']} while the order is {order['status']}"
    if is_cancelled or order["status"] == "unpaid":
        return
    yield from _wrong_content(order, ours)
    yield from _wrong_parcels(order, ours)
    yield from _wrong_stock(order, ours)


def _wrong_content(order, ours):
    if order["total"] is not None and Decimal(ours["total"]) != Decimal(order["total"]):
        yield f"total {ours['total']}, not {order['total']}"
    if Decimal(ours["goods"]) != Decimal(order["goods"]):
        yield f"goods for {ours['goods']}, not {order['goods']}"
    if ours["pieces"] != order["pieces"]:
        yield f"pieces {ours['pieces']}, not {order['pieces']}"


def _wrong_parcels(order, ours):
    live = {package["ref"]: package for package in ours["packages"] if package["status"] in LIVE}
    for parcel in order["parcels"]:
        package = live.pop(parcel["ref"], None)
        if not package:
            yield f"parcel {parcel['ref']} is missing"
        elif parcel["number"] and package["number"] != parcel["number"]:
            yield f"parcel {parcel['ref']} has number {package['number']!r}, not {parcel['number']}"
        elif parcel["has_left"] and package["delivery"] != "done":
            yield f"parcel {parcel['ref']} has left, its delivery is {package['delivery'] or 'none'}"
        elif parcel["number"] and not parcel["has_left"] and not package["labels"] and not order["by_platform"]:
            yield f"parcel {parcel['ref']} has no label"
    if live:
        yield f"parcels {sorted(live)} are not there any more"


def _wrong_stock(order, ours):
    left = Counter()
    for parcel in order["parcels"]:
        if parcel["has_left"]:
            left.update(parcel["pieces"])
    short = {sku: count for sku, count in left.items() if ours["moved"].get(sku, 0) < count}
    if short:
        yield f"left {dict(left)}, moved only {ours['moved']}"
    kept = {sku: count - ours["returned"].get(sku, 0) for sku, count in ours["moved"].items()}
    if any(count > order["pieces"].get(sku, 0) for sku, count in kept.items()):
        yield f"moved {ours['moved']} of {order['pieces']}, {ours['returned']} came back"
    shipped = sum(parcel["has_left"] for parcel in order["parcels"])
    if shipped and shipped == len(order["parcels"]) and ours["deliveries"].get("done") != shipped:
        yield f"{ours['deliveries'].get('done', 0)} done deliveries for {shipped} parcels that left"
