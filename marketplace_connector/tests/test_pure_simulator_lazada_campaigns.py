"""The simulated Lazada: campaigns that lock pieces, and buyers who cannot buy more than there is."""

from ..simulator.lazada import Line
from ..simulator.lazada.stock import SoldOut
from .test_pure_simulator_lazada_stock import ADJUST, SKU, TOTAL, StockCase

DAY = 86400


class TestCampaigns(StockCase):
    def setUp(self):
        super().setUp()
        self.change(self.line(SKU, 20))

    def channels(self):
        item_id = self.lazada.place_order(self.shop, [("TEE-WHT-M", 1)]).units[0].item_id
        skus = self.data("/product/item/get", item_id=str(item_id))["skus"]
        return next(one for one in skus if one["SellerSku"] == SKU)["channelInventories"]

    def assert_locked(self, answer):
        self.assertEqual(answer["code"], "501", answer)
        self.assertRegex(
            self.messages(answer)[0],
            r"^During the Bday Mega campaign, there are restrictions for stock adjustments in effect between "
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\. "
            r"Sellers can increase stocks, but may not decrease stocks\.$",
        )

    def test_floor(self):
        """D10: nothing below what is locked while it runs, by no call; anything afterwards."""
        self.lazada.start_campaign(self.shop, SKU, 8, seconds=DAY)
        self.assert_changed(self.change(self.line(SKU, 8)))
        self.assert_locked(self.change(self.line(SKU, 7)))
        self.assert_locked(self.change(self.line(SKU, -1), path=ADJUST))
        self.assert_locked(self.change(self.line(SKU, 7, "Quantity"), path=TOTAL))
        self.lazada.sku_refusals = "own code"
        self.assert_refused(self.change(self.line(SKU, 7)), "4170", "may not decrease stocks")
        self.assertEqual(self.sellable(), 8)
        self.lazada.clock.move(DAY + 1)
        self.assert_changed(self.change(self.line(SKU, 0)))

    def test_no_decrease_at_all(self):
        self.lazada.start_campaign(self.shop, SKU, 8)
        self.lazada.campaign_forbids_decrease = True
        self.assert_locked(self.change(self.line(SKU, 19)))
        self.assert_changed(self.change(self.line(SKU, 21)))

    def test_what_buyers_buy(self):
        """Each piece that is bought lowers the lock, too; what is over or to come does not."""
        campaign = self.lazada.start_campaign(self.shop, SKU, 8)
        self.lazada.place_order(self.shop, [(SKU, 3)])
        self.assertEqual((self.sellable(), self.lazada.locked(self.shop, SKU)), (17, 5))
        self.assert_changed(self.change(self.line(SKU, 5)))
        self.assert_locked(self.change(self.line(SKU, 4)))
        self.lazada.end_campaign(campaign)
        self.assertEqual(self.lazada.locked(self.shop, SKU), 0)
        self.lazada.place_order(self.shop, [(SKU, 2)])
        self.assertEqual((self.sellable(), campaign.left), (3, 5))

    def test_told(self):
        """Names that nobody knows, the site's time; campaigns to come and those that are over stand there, too."""
        over = self.lazada.start_campaign(self.shop, SKU, 2, seconds=60)
        self.lazada.clock.move(3600)
        self.lazada.start_campaign(self.shop, SKU, 8)
        self.lazada.start_campaign(self.shop, SKU, 3, begins_in=DAY)
        told = self.channels()
        self.assertEqual([one["sellableQuantity"] for one in told], [2, 8, 3])
        self.assertEqual(self.lazada.locked(self.shop, SKU), 8)
        self.assertEqual(told[0]["channelName"], over.channel)
        self.assertEqual(set(told[0]), {"channelName", "startTime", "endTime", "sellableQuantity"})
        self.assertRegex(told[0]["startTime"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.lazada.clock.move(DAY)
        self.assertEqual(self.lazada.locked(self.shop, SKU), 3)

    def test_lock_is_of_no_warehouse(self):
        """Several warehouses together must hold what is locked (Lazada doc 121233)."""
        self.lazada.open_warehouse(self.shop, "SG-WH-2")
        self.change(self.at(SKU, SG__WH__2=10))
        self.lazada.start_campaign(self.shop, SKU, 8)
        self.assert_changed(self.change(self.at(SKU, dropshipping=0)))
        self.assert_locked(self.change(self.at(SKU, SG__WH__2=7)))
        self.assert_changed(self.change(self.at(SKU, dropshipping=1, SG__WH__2=7)))

    def test_cannot_keep_what_is_not_there(self):
        for sku, pieces in ((SKU, 21), (SKU, 0), ("nonsense", 1)):
            with self.assertRaises(ValueError):
                self.lazada.start_campaign(self.shop, sku, pieces)
        self.lazada.start_campaign(self.shop, SKU, 15)
        with self.assertRaises(ValueError):
            self.lazada.start_campaign(self.shop, SKU, 6)
        with self.assertRaises(ValueError):
            self.lazada.set_sellable(self.shop, SKU, 14)
        self.lazada.set_sellable(self.shop, SKU, 15)


class TestBuyers(StockCase):
    def setUp(self):
        super().setUp()
        self.change(self.line(SKU, 3))

    def test_more_than_there_is(self):
        """Usually every order is accepted; with the switch a buyer gets what is there, and nothing else."""
        self.lazada.place_order(self.shop, [(SKU, 4)])
        self.assertEqual(self.sellable(), 0)
        self.lazada.refuse_oversold = True
        orders = len(self.shop.orders)
        with self.assertRaises(SoldOut):
            self.lazada.place_order(self.shop, [("TEE-BLK-L", 1), (SKU, 1)])
        self.assertEqual(len(self.shop.orders), orders)
        self.change(self.line(SKU, 3))
        with self.assertRaises(SoldOut):
            self.lazada.place_order(self.shop, [(SKU, 2), (SKU, 2)])
        self.lazada.place_order(self.shop, [(SKU, 2), (SKU, 1)])
        self.assertEqual(self.sellable(), 0)

    def test_what_is_off_the_shelf(self):
        self.lazada.refuse_oversold = True
        number = self.shop.shelf.skus()[SKU][1].number
        self.assertEqual([self.lazada.buyable(self.shop, one) for one in (SKU, number, "nonsense")], [3, 3, 0])
        self.shop.shelf.suspend(number)
        self.assertEqual(self.lazada.buyable(self.shop, SKU), 0)
        with self.assertRaises(SoldOut):
            self.lazada.place_order(self.shop, [Line(SKU, 1)])

    def test_wherever_it_lies(self):
        """Pieces at Lazada can be bought, those that never came there cannot."""
        self.lazada.refuse_oversold = True
        with self.assertRaises(SoldOut):
            self.lazada.place_order(self.shop, [(SKU, 1)], fulfilled_by_lazada=True)
        self.lazada.receive(self.shop, SKU, 2)
        self.assertEqual(self.lazada.buyable(self.shop, SKU, at_lazada=True), 2)
        self.lazada.place_order(self.shop, [(SKU, 2)], fulfilled_by_lazada=True)
        self.assertEqual(self.lazada.buyable(self.shop, SKU, at_lazada=True), 0)
        self.assertEqual(self.lazada.buyable(self.shop, SKU), 3)

    def test_who_does_not_pay(self):
        """After half an hour the pieces can be bought by others; a paid order stays (Lazada doc 121233)."""
        self.lazada.unpaid_lasts = 1800
        orders = [self.lazada.place_order(self.shop, [(SKU, 1)], paid=False) for _ in range(2)]
        self.lazada.advance(orders[1], "pending")
        self.lazada.tend(1799)
        self.assertEqual(self.sellable(), 1)
        self.lazada.tend(2)
        self.assertEqual((self.sellable(), orders[0].state, orders[1].state), (2, "cancelled", "ready_to_ship"))
        self.assertEqual(orders[0].units[0].cancel_return_initiator, "cancellation-internal")
