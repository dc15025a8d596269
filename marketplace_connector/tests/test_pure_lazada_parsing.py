"""Lazada's orders, read."""

import os
import subprocess
import sys
import unittest
from dataclasses import fields, replace
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import UnexpectedResponse
from ..marketplaces.lazada.parsing import parse_or_unreadable, parse_order
from ..marketplaces.types import ORDER_STATUSES, PACKAGE_STATUSES, Order, UnreadableOrder
from .lazada_fake import PATIENT, header, item, over_the_wire

REF = "491253082180001"
D = Decimal


def parse(items, site="SG", **values):
    return parse_order(REF, over_the_wire(header(**values)), over_the_wire(items), site)


def utc(*args):
    return datetime(*args, tzinfo=timezone.utc)


class TestOrder(unittest.TestCase):
    def test_one_piece(self):
        """# R36 R103"""
        order = parse([item(1)])
        self.assertEqual((order.ref, order.status, order.raw_status), (REF, "ready_to_ship", "pending"))
        self.assertEqual(order.created_at, utc(2025, 10, 9, 8, 30))
        self.assertEqual(order.updated_at, utc(2025, 10, 9, 8, 45))
        self.assertEqual(order.paid_at, datetime.fromtimestamp(1_759_999_000, timezone.utc))
        self.assertEqual(order.ship_by, utc(2025, 10, 10, 15, 59, 59))
        self.assertEqual((order.currency, order.buyer_key, order.buyer_name), ("SGD", "1001", "A***n"))
        self.assertEqual((order.payment_method, order.cash_on_delivery), ("MIXEDCARD", False))
        self.assertEqual((order.cancel_reason, order.cancelled_by, order.packages), ("", "", ()))
        self.assertEqual(order.raw["order"]["order_id"], int(REF))
        self.assertEqual(order.raw["items"][0]["order_item_id"], 1)

    def test_line(self):
        """# R38"""
        (line,) = parse([item(1)]).lines
        self.assertEqual((line.item_ref, line.sku_ref), ("2807246166", "13449296008"))
        self.assertEqual((line.seller_sku, line.name, line.variation), ("TEA-GREEN", "Green tea", "Size:100 g"))
        self.assertEqual(
            (line.quantity, line.unit_price, line.list_price, line.total), (1, D("12.5"), D("12.5"), D("12.5"))
        )
        self.assertEqual((line.fulfilled_by_platform, line.warehouse_ref), (False, "dropshipping"))

    def test_equal_pieces_are_one_line_that_keeps_every_piece(self):
        """# R111"""
        items = [
            item(13, sku="CUP", sku_id="2"),
            item(9),
            item(110, package_id="FP1", status="packed"),
            item(12, sku_id="3"),
            item(15, item_price=11),
            item(16, is_fbl=1),
            item(17, warehouse_code="WH-2"),
            item(10),
        ]
        order = parse(items)
        self.assertEqual(
            [[unit.ref for unit in line.units] for line in order.lines],
            [["9", "10", "110"], ["12"], ["13"], ["15"], ["16"], ["17"]],
        )
        first = order.lines[0]
        self.assertEqual((first.quantity, first.total), (3, D("37.5")))
        self.assertEqual([unit.status for unit in first.units], ["ready_to_ship", "ready_to_ship", "processed"])
        self.assertEqual([unit.package_ref for unit in first.units], ["", "", "FP1"])
        self.assertEqual([unit.quantity for unit in first.units], [1, 1, 1])
        self.assertEqual(order, parse(items[::-1]))

    def test_cancelled_pieces(self):
        """# R28"""
        (line,) = parse(
            [item(1, voucher_seller=1), item(2, status="canceled", voucher_seller=2)], voucher_seller=3
        ).lines
        self.assertEqual((line.quantity, line.cancelled_quantity), (2, 1))
        self.assertEqual((line.total, line.cancelled_total), (D(25), D("12.5")))
        self.assertEqual((line.seller_voucher, line.cancelled_seller_voucher), (D(3), D(2)))

    def test_a_piece_that_stands_there_twice_counts_once(self):
        self.assertEqual(parse([item(1), item(1)]).lines[0].quantity, 1)
        with self.assertRaises(UnexpectedResponse) as caught:
            parse([item(1), item(2), item(1, status="packed")])
        self.assertEqual(caught.exception.where, "order_items[2].order_item_id")

    def test_order_without_items(self):
        order = parse([], statuses=["canceled", "packed"])
        self.assertEqual((order.lines, order.status, order.raw_status), ((), "processed", "canceled, packed"))
        self.assertEqual(order.currency, "SGD")
        self.assertEqual(parse([], statuses=[]).status, "unknown")

    def test_ids_without_fields_of_their_own(self):
        for values, expected in (
            ({"sku_id": None}, ("2807246166", "13449296008")),
            ({"sku_id": 13449296008}, ("2807246166", "13449296008")),
            ({"sku_id": None, "shop_sku": "BE494HLAAUE3SGAMZ-39898"}, ("", "39898")),
            ({"sku_id": "666", "shop_sku": "BE494HLAAUE3SGAMZ-39898", "product_id": "12345"}, ("12345", "666")),
            ({"sku_id": "", "shop_sku": ""}, ("", "")),
        ):
            (line,) = parse([item(1, **values)]).lines
            self.assertEqual((line.item_ref, line.sku_ref), expected)

    def test_fulfilled_by_lazada(self):
        """# R50"""
        for values, expected in (
            ({"is_fbl": 1}, True),
            ({"is_fbl": "1"}, True),
            ({"is_fbl": "0", "shipping_type": "Warehouse"}, False),
            ({"is_fbl": None, "shipping_type": "Warehouse"}, True),
            ({"is_fbl": None}, False),
        ):
            self.assertIs(parse([item(1, **values)]).lines[0].fulfilled_by_platform, expected, values)

    def test_cash_on_delivery(self):
        self.assertTrue(parse([item(1)], payment_method="COD").cash_on_delivery)

    def test_notes(self):
        self.assertEqual(parse([item(1)], buyer_note="red", remarks="r").buyer_note, "red")
        self.assertEqual(parse([item(1)], remarks="leave at door").buyer_note, "leave at door")

    def test_hidden_or_missing_buyer(self):
        for values in (["", ""], [0, "0"], [None, None], ["1***1", "1***1"], ["1", "2"], ["null", None]):
            items = [item(number, buyer_id=value) for number, value in enumerate(values, 1)]
            self.assertEqual(parse(items).buyer_key, "", values)
        self.assertEqual(parse([item(1, buyer_id="1001"), item(2, buyer_id=None)]).buyer_key, "1001")

    def test_currency(self):
        self.assertEqual(parse([item(1, currency="MYR")]).currency, "MYR")
        self.assertEqual(parse([item(1, currency="")], site="VN").currency, "VND")
        with self.assertRaises(UnexpectedResponse) as caught:
            parse([item(1), item(2, currency="MYR")])
        self.assertEqual(caught.exception.where, "order_items.currency")

    def test_another_order_than_asked_for(self):
        with self.assertRaises(UnexpectedResponse) as caught:
            parse([item(1)], number=5)
        self.assertEqual(caught.exception.where, "order.order_id")

    def test_numbers_and_truths_as_text(self):
        """The samples of Lazada's reference print them so."""
        told = {"shipping_fee": "1.99", "voucher": "0.00", "voucher_seller": "0.00", "voucher_platform": "0.00"}
        as_text = parse(
            [
                item(
                    "1",
                    buyer_id="1001",
                    item_price="12.50",
                    is_fbl="0",
                    need_cancel_confirm="false",
                    voucher_seller="0.00",
                )
            ],
            **told,
        )
        self.assertEqual(replace(as_text, digest=""), replace(parse([item(1)]), digest=""))
        self.assertEqual(as_text.digest, parse([item(1)]).digest)


class TestAddress(unittest.TestCase):
    def test_fields_and_masks(self):
        address = parse([item(1)]).shipping_address
        self.assertEqual(
            (address.name, address.city, address.zip, address.country), ("A***n", "Singapore-Central", "500001", "SG")
        )
        self.assertEqual(address.masked, {"name", "phone", "street", "district", "state"})

    def test_open_address(self):
        raw = {
            "first_name": "Ann",
            "last_name": "Lee",
            "phone": "",
            "phone2": 6512345678,
            "address1": "318 Tanglin Road",
            "address3": "Central",
            "address4": "Singapore",
            "address5": "Tanglin",
            "city": "",
            "post_code": 247979,
            "country": "VIET NAM",
        }
        address = parse([item(1)], address_billing=raw).billing_address
        self.assertEqual((address.name, address.phone, address.street), ("Ann Lee", "6512345678", "318 Tanglin Road"))
        self.assertEqual((address.district, address.city, address.state), ("Tanglin", "Singapore", "Central"))
        self.assertEqual((address.zip, address.country, address.masked), ("247979", "VN", frozenset()))

    def test_district_is_spelled_in_two_ways(self):
        for key in ("addressDistrict", "addressDsitrict"):
            self.assertEqual(parse([item(1)], address_shipping={key: "D1"}).shipping_address.district, "D1")

    def test_a_post_code_is_no_district(self):
        raw = {"address5": "500001", "post_code": ""}
        self.assertEqual(parse([item(1)], address_shipping=raw).shipping_address.district, "")

    def test_no_address(self):
        for raw in (None, "", [], {}):
            address = parse([item(1)], address_shipping=raw).shipping_address
            self.assertEqual((address.name, address.country, address.masked), ("", "", frozenset()))


class TestTimes(unittest.TestCase):
    def test_formats(self):
        """# R131"""
        expected = utc(2021, 7, 29, 4, 2, 19)
        for value in (
            "2021-07-29 11:02:19 +0700",
            "2021-07-29T11:02:19+07:00",
            "2021-07-29T04:02:19Z",
            "2021-07-29T11:02:19.754+0700",
            "2021-07-29 11:02:19",
            "1627531339000",
            1627531339000,
            1627531339,
        ):
            self.assertEqual(parse([item(1)], site="TH", created_at=value).created_at, expected, value)

    def test_last_minutes_of_a_month_belong_to_the_shop(self):
        for site, hour in (("ID", 16), ("TH", 16), ("PH", 15)):
            order = parse([item(1)], site=site, created_at="2025-01-31 23:30:00")
            self.assertEqual(order.created_at, utc(2025, 1, 31, hour, 30))

    def test_unreadable(self):
        for value in (None, "", "yesterday", "2021-13-01 00:00:00 +0700", 0, "0", True, 10**30, "2021-07-29 25:00:00"):
            for key in ("created_at", "updated_at"):
                with self.assertRaises(UnexpectedResponse) as caught:
                    parse([item(1)], **{key: value})
                self.assertEqual(caught.exception.where, f"order.{key}")

    def test_ship_by(self):
        """The first deadline of what still is to ship."""
        late = item(1, sla_time_stamp="2025-10-12T00:00:00+08:00")
        early = item(2, sla_time_stamp="", promised_shipping_time="2025-10-11 08:00:00 +0800")
        gone = item(3, status="canceled", sla_time_stamp="2025-10-01T00:00:00+08:00")
        none = item(4, sla_time_stamp="s", promised_shipping_time="s")
        self.assertEqual(parse([late, early, gone]).ship_by, utc(2025, 10, 11))
        self.assertIsNone(parse([none]).ship_by)
        self.assertEqual(
            parse([none], promised_shipping_times="2017-03-24 16:09:22").ship_by, utc(2017, 3, 24, 8, 9, 22)
        )

    def test_not_paid_yet(self):
        for value in (0, "0", "", None):
            self.assertIsNone(parse([item(1, payment_time=value)]).paid_at)


class TestDigest(unittest.TestCase):
    def test_same_in_every_process(self):
        """Sets have another order in each process."""
        code = (
            "from marketplace_connector.tests.test_pure_lazada_parsing import parse, item;"
            "print(parse([item(1), item(2, status='packed', package_id='FP1')]).digest)"
        )
        root = Path(__file__).parents[2]
        digests = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
                cwd=root,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            for seed in ("1", "2")
        }
        self.assertEqual(digests, {parse([item(1), item(2, status="packed", package_id="FP1")]).digest})

    def test_every_difference_shows(self):
        seen = {parse([item(1)]).digest}
        for items, values in (
            ([item(1, status="packed")], {}),
            ([item(1, tracking_code="L1", package_id="FP1", status="packed")], {}),
            ([item(1, tracking_code="L2", package_id="FP1", status="packed")], {}),
            ([item(1), item(2)], {}),
            ([item(1, item_price=12.51)], {}),
            ([item(1, sla_time_stamp="2025-10-11T23:59:59+08:00")], {}),
            ([item(1)], {"shipping_fee": 2}),
            ([item(1)], {"updated_at": "2025-10-09 16:45:01 +0800"}),
            ([item(1)], {"buyer_note": "red"}),
            ([item(1)], {"address_shipping": {"city": "Elsewhere"}}),
        ):
            digest = parse(items, **values).digest
            self.assertNotIn(digest, seen)
            seen.add(digest)

    def test_what_we_do_not_read_does_not_show(self):
        self.assertEqual(parse([item(1)]).digest, parse([item(1, product_main_image="x")], voucher_code="V").digest)


class TestStrangeAnswers(unittest.TestCase):
    @settings(max_examples=120, **PATIENT)
    @given(st.data())
    def test_an_order_or_a_reason(self, data):
        """Whatever stands in whichever field: an order, or one that is said to be unreadable, never another error."""
        strange = st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.decimals(),
            st.text(max_size=8),
            st.just([]),
            st.just({}),
            st.sampled_from(("1e400", "9" * 400, "-0", "1,2,3", "NaN", "2021-07-29 99:99:99", "null")),
        )
        order = over_the_wire(header())
        items = over_the_wire([item(1), item(2, status="packed", package_id="FP1")])
        for target in data.draw(st.lists(st.sampled_from([order, *items, order["address_shipping"]]), max_size=4)):
            target[data.draw(st.sampled_from(sorted(target)))] = data.draw(strange)
        parsed = parse_or_unreadable(REF, order, items, "SG")
        if isinstance(parsed, UnreadableOrder):
            self.assertTrue(parsed.error.where)
            self.assertEqual((parsed.ref, parsed.raw), (REF, {"order": order, "items": items}))
            return
        self.assertIn(parsed.status, ORDER_STATUSES)
        self.assertTrue({unit.status for line in parsed.lines for unit in line.units} <= set(ORDER_STATUSES))
        self.assertTrue({package.status for package in parsed.packages} <= set(PACKAGE_STATUSES))
        texts = [getattr(parsed, each.name) for each in fields(Order) if each.type is str]
        self.assertTrue(all(isinstance(value, str) for value in texts))

    def test_the_error_tells_the_place_and_nothing_personal(self):
        parsed = parse_or_unreadable(REF, header(price="Ann Lee"), over_the_wire([item(1)]), "SG")
        self.assertEqual(parsed.error.where, "order.price")
        self.assertNotIn("Ann", str(parsed.error))
        self.assertNotIn("A***n", repr(parsed))
