"""An order and a package as the API shows them."""

from ..overrides import override
from .orders import number

ALWAYS = {
    "order_sn",
    "region",
    "currency",
    "cod",
    "order_status",
    "message_to_seller",
    "create_time",
    "update_time",
    "days_to_ship",
    "ship_by_date",
    "reverse_shipping_fee",  # in no list of Shopee's, yet in its answers
    "advance_package",  # cannot be asked for
    "booking_sn",
}
WITH_PENDING = {"pending_terms", "pending_description"}
TOGETHER = {"edt": {"edt_from", "edt_to"}}  # one name asks for several fields


def order_content(app, order, asked, pending):
    """The order in get_order_detail; `pending` says whether the caller knows the status PENDING."""
    content = {**_facts(app, order), **_amounts(app, order), **_brazil()}
    if not order.booking_sn:
        del content["booking_sn"]
    content["recipient_address"] = recipient_address(app, order)
    content["item_list"] = [_item(order, item) for item in order.items]
    content["package_list"] = [_package_in_order(order, package) for package in order.packages]
    if order.order_status == "PENDING" and not pending:
        content["order_status"] = app.pending_stands_as
    content = override(content, order.overrides.get("detail", {}))
    wanted = ALWAYS | asked | (WITH_PENDING if pending else set())
    for name in asked & TOGETHER.keys():
        wanted |= TOGETHER[name]
    return {name: value for name, value in content.items() if name in wanted}


def _facts(app, order):
    waits = order.order_status == "PENDING"
    return {
        "order_sn": order.order_sn,
        "region": order.shop.region,
        "currency": order.currency,
        "cod": order.cod,
        "order_status": order.order_status,
        "message_to_seller": order.message_to_seller,
        "create_time": order.create_time,
        "update_time": order.update_time,
        "days_to_ship": order.days_to_ship,
        "ship_by_date": order.ship_by_date,
        "pending_terms": ["SYSTEM_PENDING"] if waits else [],
        "pending_description": ["The order is being processed by Shopee"] if waits else [],
        "buyer_user_id": order.buyer.number,
        "buyer_username": masked(app, "buyer_username", f"user_{order.buyer.number:x}"),
        "note": order.note,
        "note_update_time": order.note_update_time,
        "pay_time": order.pay_time,
        "pickup_done_time": order.pickup_done_time,
        "goods_to_declare": False,
        "dropshipper": None,
        "dropshipper_phone": None,
        "split_up": order.split_up,
        "buyer_cancel_reason": order.buyer_cancel_reason,
        "cancel_by": order.cancel_by,
        "cancel_reason": order.cancel_reason,
        "fulfillment_flag": "fulfilled_by_shopee" if order.fulfilled_by_shopee else "fulfilled_by_local_seller",
        "shipping_carrier": "" if order.split_up else order.shipping_carrier,
        "checkout_shipping_carrier": order.shipping_carrier,
        "payment_method": order.payment_method,
        "order_chargeable_weight_gram": sum(_grams(item, item.quantity) for item in order.items),
        "return_request_due_date": 0,
        "advance_package": order.advance_package,
        "booking_sn": order.booking_sn,
        "can_full_cancel_order": app.may_cancel(order),
        "can_partial_cancel_order": app.partial_cancel_allowed and app.may_cancel(order),
    }


def _amounts(app, order):
    """`total_amount` waits for the payment; the estimated fee has nothing to do with what anybody pays."""
    confirmed = order.order_status in ("TO_CONFIRM_RECEIVE", "COMPLETED")
    return {
        "total_amount": number(order.buyer_total_amount) if order.pay_time else app.unpaid_total_amount,
        "estimated_shipping_fee": number(order.courier_cost * 3),
        "actual_shipping_fee": number(order.courier_cost) if confirmed else 0,
        "actual_shipping_fee_confirmed": confirmed,
        "reverse_shipping_fee": 0,
    }


def _brazil():
    return {"invoice_data": None, "payment_info": None, "buyer_cpf_id": None, "edt_from": 0, "edt_to": 0}


def _item(order, item):
    promotion = "bundle_deal" if item.bundle_id else ""
    if not promotion and item.discounted_price != item.original_price:
        promotion = "product_promotion"
    return {
        "item_id": item.item_id,
        "item_name": item.item_name,
        "item_sku": item.item_sku,
        "model_id": item.model_id,
        "model_name": item.model_name,
        "model_sku": item.model_sku,
        "model_quantity_purchased": item.quantity,
        "model_original_price": number(item.original_price),
        "model_discounted_price": 0 if item.bundle_id else number(item.discounted_price),
        "wholesale": False,
        "weight": number(item.weight),
        "add_on_deal": False,
        "main_item": False,
        "add_on_deal_id": 0,
        "promotion_type": promotion,
        "promotion_id": item.bundle_id,
        "promotion_list": [],
        "order_item_id": item.order_item_id,
        "line_item_id": item.line_item_id,
        "promotion_group_id": item.promotion_group_id,
        "image_info": {"image_url": ""},
        "product_location_id": order.locations(item),
        "is_prescription_item": False,
        "is_b2c_owned_item": False,
        "hot_listing_item": False,
        "active_qty": item.active_quantity,
        "cancel_requested_qty": item.active_quantity if order.order_status == "IN_CANCEL" else 0,
        "cancelled_qty": item.cancelled_quantity,
        "return_requested_qty": order.pieces_asked_back(item),
        "returned_qty": order.pieces_sent_back(item),
    }


# === PACKAGES === #


def _package_in_order(order, package):
    return {
        "package_number": package.package_number,
        "logistics_status": package.logistics_status,
        "logistics_channel_id": package.logistics_channel_id,
        "shipping_carrier": package.shipping_carrier,
        "allow_self_design_awb": False,
        "item_list": [_item_in_package(item, pieces) for item, pieces in _packed(package)],
        "parcel_chargeable_weight_gram": sum(map(_grams, package.items, package.quantities.values())),
        "group_shipment_id": None,
        "virtual_contact_number": "",
        "package_query_number": "",
        "sorting_group": "",
    }


def package_content(app, order, package):
    """The package in get_package_detail, with the courier's number once there is one."""
    content = {
        **_package_in_order(order, package),
        "order_sn": order.order_sn,
        "fulfillment_status": package.logistics_status,
        "update_time": package.update_time,
        "days_to_ship": order.days_to_ship,
        "ship_by_date": order.ship_by_date,
        "pending_terms": ["SYSTEM_PENDING"] if order.order_status == "PENDING" else [],
        "tracking_number": app.tracking_number(package),
        "tracking_number_expiration_date": 0,
        "pickup_done_time": package.pickup_done_time,
        "is_split_up": order.split_up,
        "is_shipment_arranged": package.is_shipment_arranged,
        "can_split_order": app.may_split(order),
        "can_unsplit_order": app.may_unsplit(order),
        "can_full_cancel_order": app.may_cancel(order),
        "can_partial_cancel_order": app.partial_cancel_allowed and app.may_cancel(order),
        "item_list": [
            {**_item_in_package(item, pieces), "item_sku": item.item_sku, "model_sku": item.model_sku}
            for item, pieces in _packed(package)
        ],
        "recipient_address": recipient_address(app, order),
    }
    del content["logistics_status"]
    return override(content, order.overrides.get("package", {}))


def _packed(package):
    """The lines in the package with their pieces; those that were cancelled one by one are out of it."""
    return [(item, pieces) for item in package.items if (pieces := package.quantities[item.line_item_id])]


def package_items(package):
    """The lines in the package as split_order tells them."""
    names = ("item_id", "model_id", "model_quantity", "order_item_id", "promotion_group_id")
    contents = [_item_in_package(item, pieces) for item, pieces in _packed(package)]
    return [{name: content[name] for name in names} for content in contents]


def _item_in_package(item, pieces):
    return {
        "item_id": item.item_id,
        "model_id": item.model_id,
        "model_quantity": pieces,
        "order_item_id": item.order_item_id,
        "promotion_group_id": item.promotion_group_id,
        "product_location_id": "",
    }


def _grams(item, quantity):
    return int(item.weight * 1000) * quantity


# === PEOPLE === #


def recipient_address(app, order):
    """Where the parcel goes, each field masked or not as the app's `masked_fields` says."""
    buyer = order.buyer
    parts = [buyer.street, buyer.district, buyer.city, buyer.state, buyer.post_code]
    address = {
        "name": buyer.name,
        "phone": buyer.phone,
        "town": "",
        "district": buyer.district,
        "city": buyer.city,
        "state": buyer.state,
        "region": buyer.country,
        "zipcode": buyer.post_code,
        "full_address": ", ".join(dict.fromkeys(part for part in parts if part)),
    }
    return {name: masked(app, name, value) for name, value in address.items()}


def masked(app, name, value):
    """The value, or what Shopee shows instead: four stars, or the value's ends with stars between."""
    if not value or name not in app.masked_fields:
        return value
    if not app.masks_show_ends:
        return "****"
    return f"******{value[-2:]}" if name == "phone" else f"{value[0]}******{value[-1]}"
