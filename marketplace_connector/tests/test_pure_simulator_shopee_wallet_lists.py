"""The simulated Shopee's lists of movements and releases: windows, pages, filters, refusals."""

from .test_pure_simulator_shopee import DAY
from .test_pure_simulator_shopee_wallet import RELEASES, WALLET, WalletCase


class TestLists(WalletCase):
    def setUp(self):
        super().setUp()
        for number in range(7):
            self.shopee.add_movement(self.shop, "ADJUSTMENT_ADD", number + 1)
            self.shopee.clock.move(60)
        self.shopee.add_movement(self.shop, "PAID_ADS_CHARGE", -1)

    def page(self, place, size=3, **query):
        answer = self.call(WALLET, page_no=place, page_size=size, **query)["response"]
        return [entry["amount"] for entry in answer["transaction_list"]], answer["more"]

    def test_pages(self):
        self.assertEqual([self.page(n) for n in range(3)], [([-1, 7, 6], True), ([5, 4, 3], True), ([2, 1], False)])
        self.shopee.wallet_newest_first = False
        self.assertEqual(self.page(0), ([1, 2, 3], True))
        self.shopee.wallet_page_no_is_offset = True
        self.assertEqual(self.page(1), ([2, 3, 4], True))
        self.assertEqual(self.page(6), ([7, -1], False))

    def test_entries_that_shift(self):
        """The pages after the first begin earlier: entries come twice, and none is left out (R82)."""
        self.shopee.wallet_shift = 2
        pages = [self.page(place) for place in range(4)]
        self.assertEqual(pages, [([-1, 7, 6], True), ([7, 6, 5], True), ([4, 3, 2], True), ([1], False)])

    def test_filters(self):
        self.assertEqual(self.page(0, transaction_type="PAID_ADS_CHARGE"), ([-1], False))
        self.assertEqual(self.page(0, transaction_type="450"), ([-1], False))
        self.assertEqual(self.page(0, money_flow="MONEY_OUT"), ([-1], False))
        self.assertEqual(self.page(0, 100, money_flow="MONEY_IN")[0], [7, 6, 5, 4, 3, 2, 1])
        self.assertEqual(self.page(0, transaction_tab_type="wallet_wallet_payment"), ([-1], False))
        both = "wallet_wallet_payment,wallet_order_income"
        self.assertEqual(len(self.page(0, 100, transaction_tab_type=both)[0]), 8)
        third = self.shop.ledger.movements[2].create_time
        self.assertEqual(self.page(0, create_time_from=third, create_time_to=third), ([3], False))

    def test_errors(self):
        """R82"""
        now = self.shopee.clock.seconds()
        size = (
            "Invalid page_size parameter. Please provide a valid value between 1 and 100. "
            "If left empty, the default value of 40 will be applied."
        )
        period = "The param error: time period too large."
        turned = "The param error: create_time_from bigger than create_time_to."
        for changes, error, message in (
            ({"page_no": ""}, "error_param", "Wrong parameters, detail: page_no is a required field."),
            ({"page_no": "x"}, "error_param", "Wrong parameters, detail: page_no must be an integer."),
            ({"page_size": ""}, "error_param", size),
            ({"page_size": 0}, "error_param", size),
            ({"page_size": 101}, "error_param", size),
            ({"create_time_from": now - 15 * DAY - 1, "create_time_to": now}, "time_period_too_large", period),
            ({"create_time_from": now, "create_time_to": now - 1}, "time_invalid", turned),
            ({"create_time_from": now}, "time_invalid", "The param error: time is invalid"),
            ({"create_time_from": "x", "create_time_to": now}, "time_invalid", "The param error: time is invalid"),
            ({"transaction_type": "MYSTERY_FEE"}, "error_param", "parameter invalid"),
            ({"money_flow": "IN"}, "error_param", "parameter invalid"),
        ):
            with self.subTest(changes=changes):
                response = self.send_shop(WALLET, **{"page_no": 0, "page_size": 10, **changes})
                self.assert_error(response, error, message)
        self.shop.is_cb = True
        response = self.send_shop(WALLET, page_no=0, page_size=10)
        self.assert_error(response, "error_auth", "No permission to current api.")

    def test_release_list(self):
        orders = []
        for _ in range(3):
            orders.append(self.completed().order_sn)
            self.shopee.clock.move(5)
        now = self.shopee.clock.seconds()
        window = {"release_time_from": now - DAY, "release_time_to": now}
        pages = [self.call(RELEASES, page_size=2, page_no=place, **window)["response"] for place in (1, 2)]
        self.assertEqual([row["order_sn"] for page in pages for row in page["escrow_list"]], orders[::-1])
        self.assertEqual([page["more"] for page in pages], [True, False])
        wrong = "release_time_from and/or release_time_to parameter is "
        please = "Please provide both a valid start date, and end date to query"
        for changes, message in (
            ({"release_time_from": ""}, f"{wrong}missing or invalid. {please}."),
            ({"release_time_to": "x"}, f"{wrong}missing or invalid. {please}."),
            (
                {"release_time_to": now - 2 * DAY},
                f"{wrong}invalid. {please} where start date cannot be later than the end date.",
            ),
            ({"page_no": 0}, "Wrong parameters, detail: page_no must be 1 or greater."),
        ):
            with self.subTest(changes=changes):
                self.assert_error(self.send_shop(RELEASES, **{**window, **changes}), "error_param", message)
        self.assertIn("Invalid page_size", self.send_shop(RELEASES, page_size=101, **window).json()["message"])
