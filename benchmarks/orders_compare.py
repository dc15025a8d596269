"""Compares the imported orders with those made by hand, field by field.

What is to be invoiced is left out: marketplace orders are invoiced whole, and only when all goods are delivered.
"""

ORDER_FIELDS = (
    "state", "locked", "company_id", "client_order_ref", "origin", "date_order", "commitment_date", "currency_id",
    "pricelist_id", "fiscal_position_id", "payment_term_id", "team_id", "user_id", "warehouse_id", "amount_untaxed",
    "amount_tax", "amount_total", "delivery_status", "picking_policy", "expected_date",
    "require_signature", "require_payment", "validity_date", "note",
)  # fmt: skip
LINE_FIELDS = (
    "product_id", "product_uom_id", "product_uom_qty", "price_unit", "discount", "tax_ids", "name", "sequence",
    "price_subtotal", "price_tax", "price_total", "customer_lead", "qty_to_deliver", "state",
    "warehouse_id", "analytic_distribution", "currency_id",
)  # fmt: skip
PICKING_FIELDS = (
    "state", "picking_type_id", "location_id", "location_dest_id", "date_deadline", "scheduled_date", "company_id",
    "move_type", "user_id",
)  # fmt: skip
MOVE_FIELDS = (
    "state", "product_id", "product_uom", "product_uom_qty", "quantity", "location_id", "location_dest_id",
    "date_deadline", "date", "picking_type_id", "warehouse_id", "procure_method", "description_picking",
)  # fmt: skip
MOST = 20


def differences(ours, floor):
    """Sentences on what differs between the two sets of orders, at most `MOST`; none if they are the same."""
    theirs = {order.client_order_ref: order for order in floor}
    if sorted(theirs) != sorted(ours.mapped("client_order_ref")):
        return [f"{len(ours)} orders were imported, {len(theirs)} made by hand, and not the same ones"]
    found = []
    for order in ours:
        hand = dict(_content(theirs[order.client_order_ref]))
        for name, value in _content(order):
            other = hand.pop(name, "absent")
            if value != other:
                found.append(f"{order.client_order_ref}: {name} is {value}, by hand {other}")
        found += [f"{order.client_order_ref}: {name} is absent, by hand {value}" for name, value in hand.items()]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _content(order):
    """Name and value of all that two equal orders have in common."""
    yield from _values("order", order, ORDER_FIELDS)
    yield "customer's country", order.partner_id.country_id.code
    yield "contacts", (order.partner_invoice_id, order.partner_shipping_id) == (order.partner_id,) * 2
    yield "messages", order.message_ids.mapped("body")
    yield "followers", len(order.message_follower_ids)
    for number, line in enumerate(order.order_line.sorted("id")):
        yield from _values(f"line {number}", line, LINE_FIELDS)
    for number, picking in enumerate(order.picking_ids.sorted("id")):
        yield from _values(f"delivery {number}", picking, PICKING_FIELDS)
        yield f"delivery {number} to", picking.partner_id == order.partner_id
        yield f"delivery {number} messages", len(picking.message_ids)
    for number, move in enumerate(order.picking_ids.move_ids.sorted("sale_line_id")):
        yield from _values(f"move {number}", move, MOVE_FIELDS)


def _values(title, record, names):
    for name in names:
        value = record[name]
        yield f"{title} {name}", value.ids if hasattr(value, "ids") else value
