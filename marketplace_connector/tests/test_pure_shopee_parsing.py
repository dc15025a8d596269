"""Orders of Shopee's v2.order.get_order_detail become `types.Order`."""

import copy
import json
import unittest
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.errors import UnexpectedResponse
from ..marketplaces.shopee import const, parsing
from ..marketplaces.types import MANUAL_REASONS, ORDER_STATUSES, PACKAGE_STATUSES, Order
from .shopee_fake import detail, item, package, utc, without


def parse(raw):
    """As it comes from the wire: decimal numbers as Decimal."""
    return parsing.order(json.loads(json.dumps(raw), parse_float=Decimal))


class TestOrder(unittest.TestCase):
    def test_header(self):
        """The order number, the platform's words and times. # R103"""
        order = parse(detail())
        self.assertEqual(order.ref, "2510090ABCDEF1")
        self.assertEqual((order.status, order.raw_status), ("ready_to_ship", "READY_TO_SHIP"))
        self.assertEqual((order.created_at, order.updated_at), (utc(1759990000), utc(1759990100)))
        self.assertEqual((order.paid_at, order.ship_by), (utc(1759990050), utc(1760163000)))
        self.assertEqual((order.currency, order.payment_method), ("SGD", "Credit Card/Debit Card"))
        self.assertEqual((order.buyer_key, order.buyer_name), ("1170319091", "x****j"))
        self.assertEqual(order.buyer_note, "ring twice")
        self.assertEqual(order.raw["item_list"][0]["item_sku"], "BAG-PARENT")
        self.assertIsNone(order.amounts)
        self.assertFalse(order.cash_on_delivery)

    def test_zero_and_null_are_no_time(self):
        for nothing in (0, None):
            order = parse(detail(pay_time=nothing, ship_by_date=nothing))
            self.assertEqual((order.paid_at, order.ship_by), (None, None))

    def test_cash_on_delivery_before_it_is_paid(self):
        """The total is empty until the buyer has paid, which is no reason to refuse the order."""
        for total in (None, 0):
            order = parse(detail(cod=True, total_amount=total, pay_time=None))
            self.assertTrue(order.cash_on_delivery)
            self.assertEqual(order.total, Decimal("30"))

    def test_cancellation(self):
        """Who cancelled, and why. # R148"""
        order = parse(detail(order_status="CANCELLED", cancel_by="Ops", cancel_reason="BACKEND_LOGISTICS_NOT_STARTED"))
        self.assertEqual(order.status, "cancelled")
        self.assertEqual((order.cancelled_by, order.cancel_reason), ("ops", "BACKEND_LOGISTICS_NOT_STARTED"))
        order = parse(detail(order_status="IN_CANCEL", cancel_by="buyer", buyer_cancel_reason="Changed my mind"))
        self.assertEqual((order.status, order.cancel_reason), ("in_cancel", "Changed my mind"))

    def test_buyer_without_id(self):
        for value in (0, None, "", "****"):
            self.assertEqual(parse(detail(buyer_user_id=value)).buyer_key, "")

    def test_address_is_masked_field_by_field(self):
        address = parse(detail()).shipping_address
        self.assertEqual(address.masked, {"name", "phone"})
        self.assertEqual((address.street, address.zip), ("Block 1 Bedok North, #05-11", "460001"))
        self.assertEqual((address.district, address.city, address.country), ("Bedok", "Singapore", "SG"))

    def test_street_without_the_places_that_follow(self):
        """The whole address repeats district, city, post code and country at its end; they have fields of their own."""
        raw = {"region": "MY", "state": "Selangor", "city": "Petaling Jaya", "district": "SS 2", "zipcode": "47300"}
        cases = {
            "No. 16, Jalan SS 2/24, SS 2, Petaling Jaya, Selangor, 47300, Malaysia": "No. 16, Jalan SS 2/24",
            "No. 16, Jalan Selangor": "No. 16, Jalan Selangor",
            "Selangor": "Selangor",
            "": "",
        }
        for told, street in cases.items():
            address = parse(detail(recipient_address={**raw, "full_address": told})).shipping_address
            self.assertEqual((address.street, address.zip), (street, "47300"))

    def test_address_wholly_masked(self):
        keys = ("name", "phone", "town", "district", "city", "state", "region", "zipcode", "full_address")
        address = parse(detail(recipient_address=dict.fromkeys(keys, "****"))).shipping_address
        every = {"name", "phone", "street", "district", "city", "state", "zip", "country"}
        self.assertEqual((address.masked, address.country), (every, ""))
        self.assertEqual(parse(detail(recipient_address=None)).shipping_address.masked, frozenset())

    def test_digest(self):
        """Equal answers have equal digests, whatever the order of their keys; any change shows. # R44"""
        first = parse(detail())
        turned = parse(dict(reversed(detail().items())))
        self.assertEqual(first.digest, turned.digest)
        self.assertNotEqual(first.digest, parse(detail(order_status="PROCESSED")).digest)
        self.assertNotEqual(first.digest, parse(detail(buyer_username="other")).digest)

    def test_what_must_be_there_is_named(self):
        for key in ("order_sn", "order_status", "currency", "create_time", "update_time", "item_list"):
            for raw in (without(detail(), key), detail(**{key: None})):
                with self.subTest(key), self.assertRaises(UnexpectedResponse) as caught:
                    parse(raw)
                self.assertEqual(caught.exception.where, key)


class TestStatus(unittest.TestCase):
    def test_order_words(self):
        """The platform's words become the connector's own. # R25"""
        expected = {
            "UNPAID": "unpaid",
            "PENDING": "on_hold",
            "INVOICE_PENDING": "on_hold",
            "READY_TO_SHIP": "ready_to_ship",
            "RETRY_SHIP": "ready_to_ship",
            "PROCESSED": "processed",
            "SHIPPED": "shipped",
            "TO_CONFIRM_RECEIVE": "shipped",
            "COMPLETED": "completed",
            "IN_CANCEL": "in_cancel",
            "CANCELLED": "cancelled",
            "TO_RETURN": "in_return",
            "SOMETHING_NEW": "unknown",
        }
        for raw_status, status in expected.items():
            order = parse(detail(order_status=raw_status))
            self.assertEqual((order.status, order.raw_status), (status, raw_status))
            self.assertEqual(order.lines[0].units[0].status, status)
            self.assertIn(status, ORDER_STATUSES)

    def test_cancelled_on_the_way_has_failed(self):
        lost = detail(order_status="CANCELLED", package_list=[package(logistics_status="LOGISTICS_LOST")])
        refused = detail(order_status="CANCELLED", package_list=[package(logistics_status="LOGISTICS_DELIVERY_FAILED")])
        picked_up = detail(order_status="CANCELLED", pickup_done_time=1760000000)
        for raw in (lost, refused, picked_up):
            self.assertEqual(parse(raw).status, "failed")
        never = detail(order_status="CANCELLED", package_list=[package(logistics_status="LOGISTICS_INVALID")])
        self.assertEqual(parse(never).status, "cancelled")
        self.assertEqual(parse(detail(order_status="COMPLETED", pickup_done_time=1760000000)).status, "completed")

    def test_package_words(self):
        """The status a delivery shows. # R57 R58 R59 R60 R61 R62"""
        expected = {
            "LOGISTICS_NOT_START": "pending",
            "LOGISTICS_PENDING_ARRANGE": "pending",
            "LOGISTICS_READY": "pending",
            "LOGISTICS_REQUEST_CREATED": "confirmed",
            "LOGISTICS_PICKUP_DONE": "shipped",
            "LOGISTICS_DELIVERY_DONE": "delivered",
            "LOGISTICS_INVALID": "cancelled",
            "LOGISTICS_REQUEST_CANCELED": "cancelled",
            "LOGISTICS_PICKUP_RETRY": "manual",
            "LOGISTICS_PICKUP_FAILED": "manual",
            "LOGISTICS_DELIVERY_FAILED": "manual",
            "LOGISTICS_LOST": "manual",
            "LOGISTICS_COD_REJECTED": "manual",
            "LOGISTICS_BEAMED": "manual",
        }
        for raw_status, status in expected.items():
            parcel = parse(detail(package_list=[package(logistics_status=raw_status)])).packages[0]
            self.assertEqual((parcel.status, parcel.raw_status), (status, raw_status))
            self.assertIn(status, PACKAGE_STATUSES)
            self.assertEqual(bool(parcel.manual_reason), status == "manual", raw_status)
        self.assertEqual(parsing.package_status("LOGISTICS_READY", is_arranged=True), "confirmed")
        self.assertEqual(parsing.package_status("LOGISTICS_REQUEST_CREATED", "SPX1"), "ready_to_ship")

    def test_why_a_package_needs_a_person(self):
        """# R62 R64"""
        expected = {
            "LOGISTICS_PICKUP_RETRY": "not_collected",
            "LOGISTICS_PICKUP_FAILED": "collection_failed",
            "LOGISTICS_DELIVERY_FAILED": "undelivered",
            "LOGISTICS_LOST": "lost",
            "LOGISTICS_COD_REJECTED": "refused_at_door",
            "LOGISTICS_BEAMED": "unknown_status",
            "LOGISTICS_REQUEST_CREATED": "",
        }
        for raw_status, reason in expected.items():
            parcel = parse(detail(package_list=[package(logistics_status=raw_status)])).packages[0]
            self.assertEqual(parcel.manual_reason, reason)
            self.assertIn(reason, ("", *MANUAL_REASONS))


class TestLines(unittest.TestCase):
    def test_prices_are_per_unit(self):
        line = parse(detail()).lines[0]
        self.assertEqual((line.unit_price, line.list_price), (Decimal("15"), Decimal("18.5")))
        self.assertEqual((line.quantity, line.total), (2, Decimal("30")))
        self.assertEqual((line.seller_discount, line.platform_discount), (Decimal("7.0"), Decimal(0)))

    def test_floats_are_exact(self):
        line = parse(detail(item_list=[item(model_discounted_price=0.1, model_quantity_purchased=3)])).lines[0]
        self.assertEqual(line.total, Decimal("0.3"))

    def test_sku(self):
        """The SKU of the variation where there is one, else the item's. # R16"""
        cases = [
            (item(), "BAG-PARENT", "0"),
            (item(model_id=77, model_sku="BAG-RED"), "BAG-RED", "77"),
            (item(model_id=77), "BAG-PARENT", "77"),
            (item(model_id=0, model_sku="STALE"), "BAG-PARENT", "0"),
        ]
        for raw, sku, ref in cases:
            line = parse(detail(item_list=[raw])).lines[0]
            self.assertEqual((line.seller_sku, line.sku_ref, line.item_ref), (sku, ref, "2600144043"))

    def test_fulfilled_by_shopee(self):
        """Shopee's own stock is told apart from the seller's. # R50"""
        self.assertTrue(parse(detail(fulfillment_flag="fulfilled_by_shopee")).lines[0].fulfilled_by_platform)
        self.assertFalse(parse(detail()).lines[0].fulfilled_by_platform)

    def test_warehouse(self):
        for value, ref in [(["SGZ"], "SGZ"), ("SGZ", "SGZ"), (["A", "B"], ""), ([], ""), (None, "")]:
            self.assertEqual(parse(detail(item_list=[item(product_location_id=value)])).lines[0].warehouse_ref, ref)

    def test_cancelled_pieces(self):
        line = parse(detail(item_list=[item(cancelled_qty=1)])).lines[0]
        self.assertEqual((line.cancelled_quantity, line.cancelled_total), (1, Decimal("15")))
        for wrong in (3, -1, 0.5, "one"):
            with self.assertRaises(UnexpectedResponse) as caught:
                parse(detail(item_list=[item(cancelled_qty=wrong)]))
            self.assertEqual(caught.exception.where, "item_list.cancelled_qty")

    def test_no_figure_is_guessed(self):
        """A missing price or quantity is an error that names it, never a 0 or a 1."""
        for key in ("model_quantity_purchased", "model_discounted_price", "model_original_price", "item_id"):
            wrong = [without(item(), key), item(**{key: None}), item(**{key: "n/a"})]
            for raw in wrong if key != "item_id" else wrong[:2]:
                with self.subTest(key), self.assertRaises(UnexpectedResponse) as caught:
                    parse(detail(item_list=[raw]))
                self.assertEqual(caught.exception.where, f"item_list.{key}")
        for raw in (
            item(model_quantity_purchased=0),
            item(model_quantity_purchased=True),
            item(model_original_price=-1),
        ):
            with self.assertRaises(UnexpectedResponse):
                parse(detail(item_list=[raw]))

    def test_bundle_deal_has_no_price_yet(self):
        order = parse(detail(item_list=[item(model_discounted_price=0, promotion_type="bundle_deal")]))
        self.assertEqual((order.lines[0].total, order.lines[0].seller_discount), (Decimal(0), Decimal(0)))

    def test_gift_is_free(self):
        line = parse(detail(item_list=[item(model_discounted_price=0)])).lines[0]
        self.assertEqual((line.total, line.seller_discount), (Decimal(0), Decimal("37.0")))


class TestUnits(unittest.TestCase):
    def refs(self, *items):
        return [line.units[0].ref for line in parse(detail(item_list=list(items), package_list=[])).lines]

    def test_ref(self):
        self.assertEqual(self.refs(item(model_id=5)), ["2600144043-5-2600144043"])

    def test_twins_are_told_apart(self):
        groups = self.refs(item(promotion_group_id=1), item(promotion_group_id=2))
        self.assertEqual(groups, ["2600144043-0-2600144043-1", "2600144043-0-2600144043-2"])
        lines = self.refs(item(line_item_id=8), item(line_item_id=9))
        self.assertEqual(lines, ["2600144043-0-2600144043-0-8", "2600144043-0-2600144043-0-9"])

    @given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.randoms(use_true_random=False))
    def test_refs_survive_any_order_of_the_items(self, alike, bundled, others, chance):
        items = [item(model_discounted_price=price) for price in range(1, alike + 1)]
        items += [item(order_item_id=1, promotion_group_id=group) for group in range(bundled)]
        items += [item(model_id=model) for model in range(1, others + 1)]
        before = dict(zip(map(json.dumps, items), self.refs(*items), strict=True))
        self.assertEqual(len(set(before.values())), len(items))
        chance.shuffle(items)
        self.assertEqual(dict(zip(map(json.dumps, items), self.refs(*items), strict=True)), before)


class TestPackages(unittest.TestCase):
    def content(self, model_id, quantity, **values):
        entry = {"item_id": 2600144043, "model_id": model_id, "model_quantity": quantity, "order_item_id": 2600144043}
        return {**entry, "promotion_group_id": 0, **values}

    def test_one_package(self):
        order = parse(detail())
        parcel = order.packages[0]
        self.assertEqual(parcel.ref, "OFG199593509207187")
        self.assertEqual(parcel.contents, (("2600144043-0-2600144043", 2),))
        self.assertEqual((parcel.tracking_number, parcel.courier), ("", "SPX Express"))
        self.assertEqual(order.lines[0].units[0].package_ref, "OFG199593509207187")

    def test_split_order(self):
        """One order in several parcels, whose couriers stand on the parcels only. # R63"""
        items = [item(model_id=1), item(model_id=2, model_quantity_purchased=3)]
        first = package(package_number="OFG1", item_list=[self.content(1, 2), self.content(2, 1)])
        second = package(package_number="OFG2", item_list=[self.content(2, 2)], shipping_carrier="J&T")
        order = parse(detail(item_list=items, package_list=[first, second], shipping_carrier="", split_up=True))
        red, blue = (line.units[0] for line in order.lines)
        self.assertEqual(order.packages[0].contents, ((red.ref, 2), (blue.ref, 1)))
        self.assertEqual(order.packages[1].contents, ((blue.ref, 2),))
        self.assertEqual((red.package_ref, blue.package_ref), ("OFG1", ""))
        self.assertEqual(order.courier, "SPX Express, J&T")

    def test_twins_in_two_packages(self):
        """Lines that a package cannot tell apart are filled one after the other."""
        items = [item(model_quantity_purchased=1, line_item_id=1), item(model_quantity_purchased=2, line_item_id=2)]
        first = package(package_number="OFG1", item_list=[self.content(0, 1)])
        second = package(package_number="OFG2", item_list=[self.content(0, 2)])
        dead = package(
            package_number="OFG0", logistics_status="LOGISTICS_REQUEST_CANCELED", item_list=[self.content(0, 3)]
        )
        for packages in ([first, second], [dead, first, second]):
            order = parse(detail(item_list=items, package_list=packages))
            units = [unit for line in order.lines for unit in line.units]
            self.assertEqual([unit.package_ref for unit in units], ["OFG1", "OFG2"])
        self.assertEqual(order.packages[0].contents, tuple((unit.ref, unit.quantity) for unit in units))

    def test_cancelled_package_holds_nothing(self):
        """A parcel that was cancelled does not take its goods away from the one that followed."""
        dead = package(package_number="OFG1", logistics_status="LOGISTICS_INVALID")
        order = parse(detail(package_list=[dead, package(package_number="OFG2")]))
        self.assertEqual([parcel.contents for parcel in order.packages], [(("2600144043-0-2600144043", 2),)] * 2)
        self.assertEqual(order.lines[0].units[0].package_ref, "OFG2")

    def test_unknown_contents_are_named(self):
        stranger = package(item_list=[self.content(0, 1, item_id=1)])
        for raw, where in [
            (stranger, "package_list.item_list.item_id"),
            (
                package(item_list=[without(self.content(0, 1), "model_quantity")]),
                "package_list.item_list.model_quantity",
            ),
            (package(item_list="?"), "package_list.item_list"),
            (package(package_number=""), None),
            (package(package_number="", logistics_status="LOGISTICS_PICKUP_DONE"), "package_list.package_number"),
        ]:
            with self.subTest(where):
                if where is None:
                    self.assertEqual(parse(detail(package_list=[raw])).packages, ())
                    continue
                with self.assertRaises(UnexpectedResponse) as caught:
                    parse(detail(package_list=[raw]))
                self.assertEqual(caught.exception.where, where)

    def test_no_packages(self):
        for nothing in (None, []):
            self.assertEqual(parse(detail(package_list=nothing)).packages, ())


class TestDamage(unittest.TestCase):
    """Whatever the platform sends, the answer is an order or an error that names a place."""

    junk = st.sampled_from([None, "", "x", "****", -1, 0, 1.5, 1e300, True, [], {}, [None], [{}], {"a": 1}, 10**30])

    @given(st.randoms(use_true_random=False), st.lists(junk, min_size=1, max_size=4))
    def test_any_field_replaced(self, chance, values):
        items = [item(), item(model_id=3, promotion_list=[{"promotion_type": "bundle_deal", "promotion_id": 5}])]
        raw = detail(item_list=items, package_list=[package(), package(package_number="OFG2")])
        raw["order_status"] = chance.choice(["CANCELLED", "PROCESSED"])
        for value in values:
            self.replace_one(raw, value, chance)
        try:
            self.assertIsInstance(parse(raw), Order)
        except UnexpectedResponse as error:
            self.assertTrue(error.where)

    def replace_one(self, raw, value, chance):
        places = []

        def walk(node):
            for key in node if isinstance(node, dict) else range(len(node)):
                places.append((node, key))
                if isinstance(node[key], dict | list):
                    walk(node[key])

        walk(raw)
        node, key = chance.choice(places)
        node[key] = copy.deepcopy(value)


class TestShop(unittest.TestCase):
    answer = {"shop_name": "Bags & Co", "region": "SG", "status": "NORMAL", "expire_time": 1773503999}

    def test_shop(self):
        """The country decides on currency and time zone; the consent's end is told."""
        shop = parsing.shop_info(self.answer, "14701711")
        self.assertEqual((shop.ref, shop.name, shop.site), ("14701711", "Bags & Co", "SG"))
        self.assertEqual((shop.currency, shop.time_zone, shop.status), ("SGD", "Asia/Singapore", "NORMAL"))
        self.assertEqual(shop.authorized_until, utc(1773503999))

    def test_every_country(self):
        for region in ("SG", "MY", "TH", "PH", "VN", "ID", "TW", "BR", "MX"):
            shop = parsing.shop_info({**self.answer, "region": region}, "1")
            self.assertTrue(ZoneInfo(shop.time_zone) and shop.currency)

    def test_unknown_country(self):
        with self.assertRaisesRegex(UnexpectedResponse, "not known here: XX") as caught:
            parsing.shop_info({**self.answer, "region": "XX"}, "1")
        self.assertEqual(caught.exception.where, "region")

    def test_maps_use_the_shared_words(self):
        self.assertLessEqual(set(const.ORDER_STATUSES.values()), set(ORDER_STATUSES))
        self.assertLessEqual(set(const.PACKAGE_STATUSES.values()), set(PACKAGE_STATUSES))


if __name__ == "__main__":
    unittest.main()
