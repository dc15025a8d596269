"""Shopee's wallet, escrows and payouts for the pure tests, of a Shopee of a few lines."""

from decimal import Decimal

from .shopee_fake import escrow_detail, make_client, ok, refusal

DAY = 86400
NOON = 1_759_291_200  # 2025-10-01 12:00 in Singapore
LOCAL_ONLY = ("error_auth", "No permission to current api.")
CROSS_BORDER_ONLY = ("error_param", "This payment API is only applicable for cross boarder shop")

# The sample of v2.payment.get_escrow_detail_batch: partly returned, of which the fees are left.
SAMPLE_INCOME = {
    "buyer_paid_shipping_fee": 2000,
    "buyer_total_amount": 48440,
    "coins": 400,
    "cost_of_goods_sold": 23700,
    "credit_card_transaction_fee": 848,
    "drc_adjustable_refund": 25510,
    "escrow_amount": 37719,
    "final_shipping_fee": 15000,
    "order_discounted_price": 23700,
    "original_cost_of_goods_sold": 52600,
    "original_price": 33000,
    "original_shopee_discount": 0,
    "seller_return_refund": -28900,
    "seller_transaction_fee": 848,
    "service_fee": 2133,
    "shopee_shipping_rebate": 15000,
    "voucher_from_seller": 0,
    "voucher_from_shopee": 2370,
}


def income(goods="30", shipping="1.99", fee="2.40", **terms):
    """The `order_income` of goods, shipping and a commission, whose `escrow_amount` is right unless it is given."""
    terms = {"original_cost_of_goods_sold": goods, "buyer_paid_shipping_fee": shipping, "commission_fee": fee} | terms
    told = {key: value if isinstance(value, list) else float(value) for key, value in terms.items()}
    told.setdefault("escrow_amount", float(Decimal(goods) + Decimal(shipping) - Decimal(fee)))
    return told


def escrow(order_sn, told=None, **payment):
    """The escrow detail of an order."""
    return escrow_detail(order_sn, **payment) | {"order_income": income() if told is None else told}


class Wallet:
    """A wallet whose movements know the balance after them; times are seconds after noon of the first of October."""

    def __init__(self, balance="0"):
        self.balance = Decimal(balance)
        self.entries = []

    def move(self, amount, kind="ESCROW_VERIFIED_ADD", at=0, *, effect=None, number=True, **values):
        """Write a movement, which changes the balance by its amount unless `effect` says otherwise."""
        self.balance += Decimal(amount if effect is None else effect)
        entry = {
            "status": "COMPLETED",
            "transaction_type": kind,
            "amount": float(amount),
            "current_balance": float(self.balance),
            "create_time": NOON + at,
            "order_sn": "",
            "refund_sn": "",
            "withdrawal_id": 0,
            "transaction_fee": 0,
            "reason": "",
            "description": "",
            **values,
        }
        if number:
            entry["transaction_id"] = 2998861709 + len(self.entries)
        self.entries.append(entry)
        return entry


def _first_releases(entries):
    """What v2.payment.get_escrow_list tells of orders whose first movement is their release."""
    first = {}
    for entry in entries:
        if entry["order_sn"] and entry["transaction_type"].startswith(("ESCROW", "FAST_ESCROW_DISBURSE_R")):
            first.setdefault(entry["order_sn"], entry)
    return [
        {"order_sn": ref, "payout_amount": entry["amount"], "escrow_release_time": entry["create_time"]}
        for ref, entry in first.items()
    ]


class Finance:
    """Answers as Shopee does about money."""

    def __init__(self, entries=(), escrows=(), payouts=None, *, first_page=0, page=100, offset=False, releases=None):
        self.entries, self.payouts = list(entries), payouts
        self.releases = _first_releases(entries) if releases is None else releases
        self.escrows = {each["order_sn"]: each for each in escrows}
        self.first_page, self.page, self.offset = first_page, page, offset
        self.is_local, self.refused = True, set()

    def __call__(self, call):
        name = call.path.rpartition("/")[2]
        if name in self.refused:
            return refusal(*LOCAL_ONLY)
        return getattr(self, name)(call)

    def get_wallet_transaction_list(self, call):
        begin, end = int(call.params["create_time_from"]), int(call.params["create_time_to"])
        if end - begin > 14 * DAY:
            return refusal("wallet.time_invalid", "time period too large")
        kind = call.params.get("transaction_type")
        found = [
            entry
            for entry in self.entries
            if not isinstance(entry.get("create_time"), int) or begin <= entry["create_time"] <= end
        ]
        found = [entry for entry in found if kind in (None, entry["transaction_type"])]
        number = int(call.params["page_no"])
        start = number if self.offset else max(number - self.first_page, 0) * self.page
        return ok({"transaction_list": found[start : start + self.page], "more": start + self.page < len(found)})

    def get_escrow_detail_batch(self, call):
        found = [self.escrows[ref] for ref in call.body["order_sn_list"] if ref in self.escrows]
        return ok([{"escrow_detail": each} for each in found])

    def get_escrow_list(self, call):
        begin, end = int(call.params["release_time_from"]), int(call.params["release_time_to"])
        found = [each for each in self.releases if begin <= each["escrow_release_time"] <= end]
        start = (int(call.params["page_no"]) - 1) * self.page
        return ok({"escrow_list": found[start : start + self.page], "more": start + self.page < len(found)})

    def get_payout_detail(self, call):
        if self.payouts is None:
            return refusal(*CROSS_BORDER_ONLY)
        begin, end = int(call.params["payout_time_from"]), int(call.params["payout_time_to"])
        if end - begin > 15 * DAY:
            return refusal("error_param", "invalid time range")
        found = [each for each in self.payouts if begin <= each["payout_info"]["payout_time"] <= end]
        start = (int(call.params["page_no"]) - 1) * self.page
        return ok({"payout_list": found[start : start + self.page], "more": start + self.page < len(found)})


def finance_client(finance, site="SG"):
    """A client of the Shopee, and its session."""
    client = make_client(finance)
    client.shop = client.shop.__class__(ref=client.shop.ref, site=site)
    return client, client.session
