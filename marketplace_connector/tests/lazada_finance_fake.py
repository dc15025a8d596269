"""Lazada's statements, rows and bank movements for the pure tests, of a Lazada of a few lines."""

from datetime import date

from ..marketplaces.lazada.transactions import read_day
from .lazada_fake import Clock, make_client, ok, refusal

NOW = 1_463_544_000  # 2016-05-18 04:00 UTC
WEEK = "11 May 2016 - 17 May 2016"
SAMPLE_ROW = {
    "order_no": "123445666666",
    "transaction_date": "17 May 2016",
    "amount": "-0.62",
    "paid_status": "Not paid",
    "shipping_provider": "LEX",
    "WHT_included_in_amount": "Yes",
    "payment_ref_id": "paymentRefId",
    "lazada_sku": "Item test -123",
    "fee_type": "13",
    "transaction_type": "Payment Fee",
    "orderItem_no": "1666666",
    "orderItem_status": "orderItemStatus",
    "reference": "1340",
    "fee_name": "feeName",
    "shipping_speed": "shippingSpeed",
    "WHT_amount": "0.0112",
    "transaction_number": "SG103EF-1P9VK1A",
    "seller_sku": "sellerSKU",
    "statement": WEEK,
    "details": "details",
    "comment": "comment",
    "VAT_in_amount": "0.0672",
    "shipment_type": "Dropshipping",
}
SAMPLE_STATEMENT = {
    "subtotal2": "51.20",
    "subtotal1": "51.20",
    "shipment_fee_credit": "51.20",
    "payout": "3962.41 EUR",
    "item_revenue": "0",
    "created_at": "2018-01-04 00:23:04",
    "other_revenue_total": "0",
    "fees_total": "51.20",
    "refunds": "0",
    "guarantee_deposit": "0",
    "updated_at": "2018-01-04 00:23:04",
    "fees_on_refunds_total": "0",
    "closing_balance": "3962.41",
    "paid": "0",
    "opening_balance": "0.00",
    "statement_number": "EG100RT-20141228",
    "shipment_fee": "51.20",
}


def row(amount, fee_type="13", **values):
    return {
        **SAMPLE_ROW,
        "amount": amount,
        "fee_type": fee_type,
        "VAT_in_amount": "0.00",
        "WHT_amount": "0.00",
        "details": "",
        "comment": "",
        "payment_ref_id": "",
        **values,
    }


def statement(payout, number="SG103EF-20160517", **values):
    """One of the week, created in the night after it, whose balances are 0."""
    return {
        "statement_number": number,
        "created_at": "2016-05-18 00:23:04",
        "updated_at": "2016-05-18 00:23:04",
        "payout": payout,
        "paid": "1",
        "opening_balance": "0.00",
        "closing_balance": "0.00",
        "guarantee_deposit": "0",
        **values,
    }


def bank(number, amount, kind="Withdrawal", **values):
    return {
        "transaction_number": number,
        "transaction_time": "2016-05-18 10:00:00",
        "type": kind,
        "sub_type": "",
        "amount": amount,
        "currency": "SGD",
        "pmt_reference": "",
        "payee_account": {"account": "1001", "description": ""},
        "remarks": "",
        "tracking_list": [],
        **values,
    }


class Finance:
    """Answers as the contract says; `last_day` tells whether the last day is counted in."""

    def __init__(self, statements=(), rows=(), movements=(), *, last_day=True):
        self.statements, self.rows, self.movements = list(statements), list(rows), list(movements)
        self.last_day = last_day
        self.before_page = None  # called with the offset before a page is given

    def __call__(self, call):
        if call.api == "/finance/payout/status/get":
            since = call.params["created_after"]
            return ok(data=[each for each in self.statements if str(each["created_at"])[:10] >= since])
        if call.api == "/finance/transaction/details/get":
            return self._details(call.params)
        assert call.method == "POST"
        return self._bank(call.params)

    def _details(self, params):
        start, end = (date.fromisoformat(params[key]) for key in ("start_time", "end_time"))
        if (end - start).days >= 180:
            return refusal("1000012", "endTime - startTime must should be less than 180 days")
        offset, limit = int(params["offset"]), int(params["limit"])
        assert limit <= 500
        if self.before_page:
            self.before_page(offset)
        return ok(data=[each for each in self.rows if self._asked(each, start, end)][offset : offset + limit])

    def _asked(self, each, start, end):
        day = isinstance(each, dict) and read_day(each["transaction_date"])
        return not day or start <= day < end or (self.last_day and day == end)

    def _bank(self, params):
        wanted = params.get("transaction_type")
        start, end, size, page = (int(params[key]) for key in ("start_time", "end_time", "page_size", "page_num"))
        found = [each for each in self.movements if not wanted or each.get("kind", each["type"]) == wanted]
        days = [(each, int(each["transaction_time"][:10].replace("-", ""))) for each in found]
        found = [each for each, day in days if start <= day < end or (self.last_day and day == end)]
        info = {"page_num": str(page), "page_size": str(size), "total_count": str(len(found)), "total_page": "1"}
        shown = [{key: each[key] for key in each if key != "kind"} for each in found[(page - 1) * size : page * size]]
        return ok(data={"page_info": info, "transactions": shown}, success="true", msg="null", error_code=" error_code")


def finance_client(finance, **values):
    return make_client(finance, clock=Clock(NOW), **values)
