"""The Lazada client reads the simulated Lazada's orders."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from ..marketplaces.errors import Rejected
from ..marketplaces.types import Order, OrderStub, UnreadableOrder
from ..simulator.catalogue import skus
from ..simulator.lazada import Lazada, Line
from ..simulator.overrides import ABSENT
from ..simulator.seed import seed
from .test_pure_lazada_simulator import SimulatorCase


class TestOrders(SimulatorCase):
    def test_with_and_without_header(self):
        """The list and the single order spell some fields differently, and mean the same."""
        made = self.place(seller_voucher="1.50", platform_voucher="2", shipping_fee="1.99", note="call me")
        (listed,) = self.client.fetch_orders(self.listed().stubs)
        (single,) = self.fetched(made)
        self.assertEqual(listed, single)
        self.assertEqual(listed.digest, single.digest)
        self.assertEqual(listed.buyer_note, "call me")

    def test_pieces_become_lines(self):
        """# R38 R111"""
        made = self.place(("TEE-BLK-M", 3), ("TOTE-NAT", 1), ("TEE-BLK-M", 2))
        (order,) = self.fetched(made)
        self.assertEqual(
            [(line.seller_sku, line.quantity) for line in order.lines], [("TEE-BLK-M", 5), ("TOTE-NAT", 1)]
        )
        refs = {unit.ref for line in order.lines for unit in line.units}
        self.assertEqual(refs, {str(unit.order_item_id) for unit in made.units})
        line, unit = order.lines[0], made.units[0]
        self.assertEqual((line.item_ref, line.sku_ref), (str(unit.item_id), str(unit.sku_id)))
        self.assertEqual((line.unit_price, line.name), (unit.item_price, unit.name))

    def test_every_order_adds_up(self):
        """Discounts, vouchers, cancelled pieces, with cents and without: no order differs. # R107 R112 R113"""
        chance, good = Random(11), list(skus())
        connections = [(self.shop, 1, self.client), (self.other_shop, 1000, self.connect(self.other_shop).client)]
        for keeps in (True, False):
            self.lazada.header_keeps_canceled_units = keeps
            for shop, unit, client in connections:
                orders = []
                for place in range(100):
                    lines = [(chance.choice(good), chance.randint(1, 4)) for _ in range(chance.randint(1, 5))]
                    names = ("seller_discount", "seller_voucher", "platform_voucher")
                    amounts = {
                        name: unit * chance.choice((Decimal(0), Decimal(chance.randint(1, 300)) / 100))
                        for name in names
                    }
                    made = self.place(*lines, shop=shop, shipping_fee=unit * chance.randint(0, 3), **amounts)
                    if place % 3 == 0:
                        self.lazada.cancel(made, units=chance.sample(made.units, chance.randint(1, len(made.units))))
                    orders.append(made)
                for made, order in zip(orders, self.fetched(*orders, client=client), strict=True):
                    with self.subTest(order.ref, keeps=keeps):
                        self.assertIsInstance(order, Order)
                        self.assertEqual(order.amount_difference, 0)
                        self.assertEqual(sum(line.seller_voucher for line in order.lines), order.amounts.seller_voucher)
                        self.assertEqual(sum(line.total for line in order.lines), sum(u.item_price for u in made.units))
                        gone = sum(unit.item_price for unit in made.units if unit.status == "canceled")
                        self.assertEqual(sum(line.cancelled_total for line in order.lines), gone)

    def test_the_amounts_of_an_order_survive_a_cancellation(self):
        """The same goods and vouchers, whichever way the platform goes on counting; shipping as it is charged."""
        for keeps in (True, False):
            self.lazada.header_keeps_canceled_units = keeps
            made = self.place(("TEE-BLK-M", 3), seller_voucher="1.00", platform_voucher="0.50", shipping_fee=2)
            (before,) = self.fetched(made)
            self.lazada.cancel(made, units=made.units[:1])
            (after,) = self.fetched(made)
            waived = before.amounts.shipping_fee - after.amounts.shipping_fee
            self.assertEqual(waived, 0 if keeps else Decimal("0.67"))
            amounts = replace(before.amounts, shipping_fee=2 - waived, buyer_paid=before.amounts.buyer_paid - waived)
            self.assertEqual((after.amounts, after.amount_difference), (amounts, 0))
            self.assertEqual((after.lines[0].quantity, after.lines[0].cancelled_quantity), (3, 1))

    def test_life_of_an_order(self):
        """Every step from unpaid to confirmed. # R26 R30 R57 R58 R59 R61"""
        made, digests = self.place(paid=False), set()
        for raw_status, status, package in [
            ("unpaid", "unpaid", []),
            ("pending", "ready_to_ship", []),
            ("packed", "processed", ["confirmed"]),
            ("ready_to_ship", "processed", ["ready_to_ship"]),
            ("shipped", "shipped", ["shipped"]),
            ("delivered", "completed", ["delivered"]),
            ("confirmed", "completed", ["delivered"]),
        ]:
            self.lazada.clock.move(60)
            self.lazada.advance(made, raw_status)
            (order,) = self.fetched(made)
            self.assertEqual((order.raw_status, order.status), (raw_status, status))
            self.assertEqual([parcel.status for parcel in order.packages], package)
            self.assertEqual(order.paid_at is None, raw_status == "unpaid")
            digests.add(order.digest)
        self.assertEqual(len(digests), 7)
        self.assertEqual(self.fetched(made)[0].digest, order.digest)

    def test_parcel(self):
        """# R55 R65 R115"""
        made = self.place()
        self.lazada.advance(made, "packed")
        (order,) = self.fetched(made)
        (parcel,) = order.packages
        self.assertEqual(parcel.contents, tuple((str(unit.order_item_id), 1) for unit in made.units))
        self.assertEqual(parcel.tracking_number, made.units[0].tracking_code)
        self.assertEqual((parcel.courier, order.courier), (made.courier, made.courier))

    def test_fulfilled_by_lazada(self):
        """# R50"""
        (ours,), (theirs,) = self.fetched(self.place()), self.fetched(self.place(fulfilled_by_lazada=True))
        self.assertEqual([line.fulfilled_by_platform for line in (*ours.lines, *theirs.lines)], [False, True])

    def test_cancellations(self):
        """By the seller, by the buyer, and asked for only. # R28 R148 R150 R151"""
        seller, buyer, asked = (self.place() for _ in range(3))
        self.lazada.cancel(seller, "Out of Stock", "seller")
        self.lazada.cancel(buyer, "Change of mind", "buyer", detail="Found it cheaper")
        for unit in asked.units:
            unit.need_cancel_confirm = True
        orders = self.fetched(seller, buyer, asked)
        self.assertEqual([order.status for order in orders], ["cancelled", "cancelled", "in_cancel"])
        self.assertEqual([order.cancelled_by for order in orders], ["seller", "buyer", ""])
        self.assertEqual(orders[1].cancel_reason, "Change of mind - Found it cheaper")

    def test_buyer(self):
        """Hidden fields are named, the buyer is known by id. # D12"""
        made = self.place(payment_method="COD")
        (order,) = self.fetched(made)
        self.assertLessEqual({"name", "phone", "street"}, order.shipping_address.masked)
        self.assertNotIn("city", order.shipping_address.masked)
        self.assertEqual(order.shipping_address.country, "SG")
        self.assertTrue(order.buyer_key)
        self.assertTrue(order.cash_on_delivery)
        self.lazada.masks_buyers = False
        (order,) = self.fetched(made)
        self.assertFalse(order.shipping_address.masked)
        self.assertEqual(order.buyer_name, made.buyer.name)

    def test_times(self):
        made = self.place()
        (order,) = self.fetched(made)
        self.assertEqual(order.created_at, made.created_at.replace(microsecond=0))
        self.assertEqual(order.ship_by, made.sla.replace(microsecond=0))

    def test_one_bad_order_does_not_hold_up_the_rest(self):
        """Unknown, of another shop, and unreadable: the others come in."""
        good = [self.place() for _ in range(6)]
        foreign, broken = self.place(shop=self.other_shop), self.place(item_overrides={"item_price": ABSENT})
        stubs = [OrderStub(ref=ref) for ref in ("1", *self.refs(good), *self.refs([foreign, broken]))]
        answers = self.client.fetch_orders(stubs)
        self.assertEqual([answer.ref for answer in answers], [stub.ref for stub in stubs])
        unread = {answer.ref: answer.error for answer in answers if isinstance(answer, UnreadableOrder)}
        self.assertEqual(set(unread), {"1", *self.refs([foreign, broken])})
        self.assertIsInstance(unread["1"], Rejected)
        self.assertIsInstance(unread[str(foreign.order_id)], Rejected)
        self.assertEqual(unread[str(broken.order_id)].where, "order_items[0].item_price")

    def test_an_order_that_is_gone_does_not_spoil_the_batch(self):
        made = [self.place() for _ in range(50)]
        stubs = self.listed().stubs
        del self.shop.orders[made[17].order_id]
        answers = self.client.fetch_orders(stubs)
        bad = [answer.ref for answer in answers if isinstance(answer, UnreadableOrder)]
        self.assertEqual(bad, [str(made[17].order_id)])

    def test_word_of_tomorrow(self):
        made = self.place(item_overrides={"status": "teleported"})
        (order,) = self.fetched(made)
        self.assertEqual((order.status, order.raw_status), ("unknown", "teleported"))

    def test_odd_amounts(self):
        """A missing figure is never made up; a wrong one shows; an absurd one is kept. # R107"""
        missing, wrong = self.place(overrides={"shipping_fee": ABSENT}), self.place(overrides={"price": "1.00"})
        absurd = self.place(Line("TEE-BLK-M", price=Decimal("-5")))
        first, second, third = self.fetched(missing, wrong, absurd)
        self.assertEqual(first.error.where, "order.shipping_fee")
        self.assertNotEqual(second.amount_difference, 0)
        self.assertEqual((third.lines[0].unit_price, third.amount_difference), (-5, 0))

    def test_a_seller_s_days(self):
        """Orders of all kinds, in all six countries: all of them can be read and add up."""
        lazada = self.lazada = Lazada(countries=("SG", "MY", "TH", "PH", "VN", "ID"))
        seed(lazada)
        for shop in lazada.shops.values():
            client = self.connect(shop).client
            orders = client.fetch_orders(self.listed(client, days=30).stubs)
            self.assertEqual({order.ref for order in orders}, self.refs(shop.orders.values()))
            for order in orders:
                self.assertIsInstance(order, Order)
                self.assertEqual((order.amount_difference, order.currency), (0, shop.country.currency))
                made = shop.orders[int(order.ref)]
                self.assertEqual(order.status in ("ready_to_ship", "processed"), made.is_importable)
