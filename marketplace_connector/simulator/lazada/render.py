"""Orders and units as the API shows them, in the real types: numbers as numbers, where the docs' samples have text."""

from datetime import timedelta, timezone
from decimal import Decimal

from ..overrides import override

PICK_UP_STORE = {
    "pick_up_store_name": "Kampung Living Flagship Store",
    "pick_up_store_address": "1 Example Street",
    "pick_up_store_code": "d4b04804-9192-4a8c-8ed1-5ebcd7d3c067",
    "pick_up_store_open_hour": ["Sunday 9:00-18:00", "Monday,Tuesday,Wednesday,Thursday,Friday 8:00-20:00"],
}


def local_time(moment, shop) -> str:
    """`2021-07-29 11:02:19 +0700`: the site's time."""
    return moment.astimezone(_zone(shop)).strftime("%Y-%m-%d %H:%M:%S %z")


def site_time(moment, shop) -> str:
    """`2022-09-02 12:00:00`: the site's time, without saying so."""
    return moment.astimezone(_zone(shop)).strftime("%Y-%m-%d %H:%M:%S")


def mask(text) -> str:
    """First character, asterisks, last character (Lazada's rule for names and addresses)."""
    if len(text) < 3:
        return text[:1] + "*" * (len(text) - 1)
    return text[0] + "*" * (len(text) - 2) + text[-1]


def mask_phone(phone) -> str:
    """The first and the last two digits."""
    return phone[:2] + "*" * max(len(phone) - 4, 0) + phone[-2:]


def order_json(order, app, in_list) -> dict:
    """The order's header. `in_list`: as /orders/get shows it, which differs in two fields from /order/get."""
    address = _address(order, app, in_list)
    content = {
        "order_id": order.order_id,
        "order_number": order.order_id,
        "statuses": order.statuses,
        "created_at": local_time(order.created_at, order.shop),
        "updated_at": local_time(order.updated_at, order.shop),
        **_header_amounts(order, app),
        "payment_method": order.payment_method,
        "items_count": len(order.units),
        "customer_first_name": address["first_name"],
        "customer_last_name": "",
        "gift_option": False,
        "gift_message": "",
        "remarks": "",
        "buyer_note": order.note,
        "delivery_info": "",
        "promised_shipping_times": order.sla.strftime("%Y-%m-%d %H:%M:%S") if app.promises_shipping_times else "",
        "national_registration_number": "",
        "tax_code": "",
        "branch_number": "",
        "warehouse_code": order.units[0].warehouse_code if order.units else "",
        "extra_attributes": '{"TaxInvoiceRequested":false}',
        "address_billing": address,
        "address_shipping": address,
        "recipient_info": {"passport_no": "", "identify_no": "", "detail_address": ""},
        "need_cancel_confirm": any(unit.need_cancel_confirm for unit in order.units),
        "is_cancel_pending": any(unit.is_cancel_pending for unit in order.units),
    }
    if in_list:
        content["address_updated_at"] = None
    return override(content, order.overrides)


def item_json(order, unit, alone) -> dict:
    """One unit. `alone`: as /order/items/get shows it, which differs in two fields from /orders/items/get."""
    content = {
        **_identity(order, unit),
        **_amounts(order, unit),
        **_fate(unit),
        **_shipping(order, unit),
        "created_at": local_time(order.created_at, order.shop),
        "updated_at": local_time(unit.updated_at, order.shop),
        "payment_time": int(order.payment_time.timestamp() * 1000) if order.payment_time else None,
        "order_type": "Normal",
        "order_flag": "NORMAL",
        "stage_pay_status": "",
        "biz_group": 70100,
        "mp3_order": False,
        "semi_managed": False,
        "supply_price": "",
        "supply_price_currency": "",
        "gift_wrapping": "",
        "show_giftwrapping_tag" if alone else "show_gift_wrapping_tag": False,
        "personalization": "",
        "show_personalization_tag": False,
        "extra_attributes": "",
    }
    if alone:
        content["product_id"] = str(unit.item_id)
    return override(content, unit.overrides)


def _header_amounts(order, app):
    units = order.units if app.header_keeps_canceled_units else [u for u in order.units if u.status != "canceled"]
    voucher_seller = sum((unit.voucher_seller for unit in units), Decimal(0))
    voucher_platform = sum((unit.voucher_platform for unit in units), Decimal(0))
    shipping = float(sum((unit.shipping_amount for unit in units), Decimal(0)))
    return {
        "price": f"{sum((unit.item_price for unit in units), Decimal(0)):.2f}",
        "shipping_fee": shipping,
        "shipping_fee_original": shipping,
        "shipping_fee_discount_seller": 0.0,
        "shipping_fee_discount_platform": 0.0,
        "voucher": float(voucher_seller + voucher_platform),
        "voucher_seller": float(voucher_seller),
        "voucher_platform": float(voucher_platform),
        "voucher_code": "",
    }


def _zone(shop):
    return timezone(timedelta(hours=shop.country.utc_offset))


def _address(order, app, in_list):
    hidden = mask if app.masks_buyers else str
    hidden_phone = mask_phone if app.masks_buyers else str
    buyer = order.buyer
    return {
        "first_name": hidden(buyer.name),
        "last_name": "",
        "phone": hidden_phone(buyer.phone),
        "phone2": "",
        "address1": hidden(buyer.street),
        "address2": "",
        "address3": hidden(buyer.state),
        "address4": hidden(buyer.city),
        "address5": hidden(buyer.post_code),
        "addressDsitrict" if in_list else "addressDistrict": hidden(buyer.district),
        "city": buyer.city,
        "post_code": "" if buyer.country == "ID" else buyer.post_code,
        "country": order.shop.country.name,
        "customer_email": "",
    }


def _identity(order, unit):
    site = order.shop.country.code
    return {
        "order_item_id": unit.order_item_id,
        "order_id": order.order_id,
        "purchase_order_id": "",
        "purchase_order_number": "",
        "buyer_id": order.buyer.number,
        "shop_id": order.shop.name,  # the name, as the platform does
        "invoice_number": unit.invoice_number,
        "sku": unit.sku,
        "shop_sku": f"{unit.item_id}_{site}-{unit.sku_id}",
        "sku_id": str(unit.sku_id),
        "name": unit.name,
        "variation": unit.variation,
        "product_main_image": unit.picture,
        "product_detail_url": f"https://www.lazada.example/products/i{unit.item_id}-s{unit.sku_id}.html",
    }


def _amounts(order, unit):
    voucher = unit.voucher_seller + unit.voucher_platform
    return {
        "currency": order.shop.country.currency,
        "item_price": float(unit.item_price),
        "paid_price": float(unit.item_price - voucher),
        "tax_amount": 0.0,
        "shipping_amount": float(unit.shipping_amount),
        "shipping_service_cost": 0.0,
        "shipping_fee_original": float(unit.shipping_amount),
        "shipping_fee_discount_seller": 0.0,
        "shipping_fee_discount_platform": 0.0,
        "wallet_credits": 0.0,
        "voucher_amount": float(voucher),
        "voucher_seller": float(unit.voucher_seller),
        "voucher_platform": float(unit.voucher_platform),
        "voucher_seller_lpi": 0.0,
        "voucher_platform_lpi": 0.0,
        "voucher_code": "",
        "voucher_code_seller": "",
        "voucher_code_platform": "",
    }


def _fate(unit):
    return {
        "status": unit.status,
        "reason": unit.reason,
        "reason_detail": unit.reason_detail,
        "cancel_return_initiator": unit.cancel_return_initiator,
        "return_status": "",
        "reverse_order_id": unit.reverse_order_id or "",
        "need_cancel_confirm": unit.need_cancel_confirm,
        "is_cancel_pending": unit.is_cancel_pending,
        "cancel_trigger_time": unit.cancel_trigger_time,
    }


def _shipping(order, unit):
    return {
        "package_id": unit.package_id,
        "tracking_code": unit.tracking_code,
        "tracking_code_pre": "",
        "shipment_provider": unit.shipment_provider,
        "shipping_type": "Warehouse" if unit.is_fbl else "Dropshipping",
        "shipping_provider_type": unit.shipping,
        "warehouse_code": unit.warehouse_code,
        "is_fbl": int(unit.is_fbl),
        "delivery_option_sof": int(unit.shipping == "seller_own_fleet"),
        "is_digital": int(unit.shipping == "digital"),
        "digital_delivery_info": "",
        "is_reroute": 0,
        "pick_up_store_info": PICK_UP_STORE if unit.shipping == "pickup_in_store" else {},
        "can_escalate_pickup": False,
        "promised_shipping_time": "",
        "sla_time_stamp": order.sla.isoformat(),
        "fulfillment_sla": "",
        "priority_fulfillment_tag": "",
        "schedule_delivery_start_timeslot": None,
        "schedule_delivery_end_timeslot": None,
    }
