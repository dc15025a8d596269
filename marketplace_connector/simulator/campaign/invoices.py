"""The ERP's invoices of an order, and where they are not what the platform's order says."""

from decimal import Decimal


def read_invoices(order):
    """The order's customer invoices and credit notes that are not cancelled, as plain values."""
    moves = order.invoice_ids.filtered(lambda move: move.state != "cancel")
    return [
        {"type": move.move_type, "state": move.state, "total": f"{move.amount_total:.2f}"}
        for move in moves.sorted("id")
        if move.move_type in ("out_invoice", "out_refund")
    ]


def wrong_invoices(order, ours):
    """What is wrong with the invoices of one order: sentences."""
    invoices = [each for each in ours["invoices"] if each["type"] == "out_invoice"]
    posted = [Decimal(each["total"]) for each in invoices if each["state"] == "posted"]
    credited = [
        Decimal(each["total"])
        for each in ours["invoices"]
        if each["type"] == "out_refund" and each["state"] == "posted"
    ]
    if len(invoices) > 1:
        yield f"invoiced {len(invoices)} times"
    if sum(credited) > sum(posted):
        yield f"credited {sum(credited)} of {sum(posted)}"
    if order["status"] == "cancelled":
        if sum(posted) != sum(credited) and not ours["credit_due"]:
            yield f"cancelled, and {sum(posted)} is invoiced, {sum(credited)} credited"
        return
    if posted and order["total"] is not None and posted[0] != Decimal(order["total"]):
        yield f"invoiced {posted[0]}, not {order['total']}"
    has_left = bool(order["parcels"]) and all(parcel["has_left"] for parcel in order["parcels"])
    if has_left and order["status"] in ("shipped", "completed") and not posted:
        yield "it has left and is not invoiced"
