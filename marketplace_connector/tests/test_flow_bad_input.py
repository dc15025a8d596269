"""Whatever a platform sends: the right orders, or a problem that a user understands, and nothing half-written."""

from decimal import Decimal
from types import SimpleNamespace

from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ..simulator.lazada.state import Line
from ..simulator.overrides import ABSENT
from .common import MarketplaceCase

IMPORT = "odoo.addons.marketplace_connector.models.sale_order_import"


@tagged("post_install", "-at_install")
class TestAnswers(MarketplaceCase):
    """The answer as a whole is wrong: the shop says so, everything else goes on, and the next run makes it good."""

    def assert_recovers(self, platform_order, *sentences):
        """The shop shows the sentences, nothing came in; without the fault the order does and the error goes."""
        self.later(1)
        self.sync()
        for sentence in sentences:
            self.assertIn(sentence, self.shopee_shop.error_message or "")
        self.assertFalse(self.order(platform_order.order_sn))
        self.assertFalse(self.problem(platform_order.order_sn))
        self.assertEqual(self.shopee_shop.state, "connected")
        self.shopee.faults.ordered.clear()
        self.later(60)
        self.sync()
        self.assertTrue(self.order(platform_order.order_sn))
        self.assertFalse(self.shopee_shop.error_message)

    def test_faults_of_the_list(self):
        cases = {
            "html": "a web page instead of data",
            "truncated": "a cut-off or malformed answer",
            "server_error": "could not be reached",
            "busy": "could not be reached",
            "no_connection": "no answer in time",
            "lost_answer": "no answer in time",
            "too_many_requests": "asks us to wait",
            "rate_limited": "asks us to wait",
        }
        for kind, sentence in cases.items():
            with self.subTest(kind):
                self.shopee.faults.order(kind, path="get_order_list", times=3)
                self.assert_recovers(self.place_shopee([(self.sku, 1)]), sentence)

    def test_half_a_detail(self):
        for kind in ("html", "truncated"):
            with self.subTest(kind):
                self.shopee.faults.order(kind, path="get_order_detail", times=3)
                self.assert_recovers(self.place_shopee([(self.sku, 1)]), "could not be understood")

    def test_half_a_settlement(self):
        """Amounts that cannot be asked for stop no parcel: the order comes in, they are read later by themselves."""
        for kind in ("html", "truncated", "server_error", "busy"):
            with self.subTest(kind):
                self.shopee.faults.order(kind, path="get_escrow_detail_batch", times=3)
                order = self.import_now(self.place_shopee([(self.sku, 1)], shipping_fee="1.99"))
                self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "provisional"))
                self.shopee.faults.ordered.clear()
                self.later(60)
                self.sync()
                self.assertEqual(order.marketplace_amount_state, "exact")

    def test_one_lost_answer_is_asked_again(self):
        """A read that gets no answer is repeated at once; nobody notices."""
        self.shopee.faults.order("lost_answer", path="get_order_detail")
        self.lazada.faults.order("server_error", path="/orders/get")
        orders = self.import_now(self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)]))
        self.assertEqual(len(orders), 2)
        self.assertFalse((self.shopee_shop | self.lazada_shop).filtered("error_message"))

    def test_wrong_app_secret(self):
        """Nothing can be signed: the shop is disconnected and says where to look; connected again it goes on."""
        platform_order = self.place_lazada([(self.sku, 1)])
        self.lazada_account.app_secret = "wrong"
        other = self.place_shopee([(self.sku, 1)])
        self.assertEqual(self.import_now(platform_order, other), self.order(other.order_sn))
        message = self.lazada_shop.error_message
        self.assertIn("Check the app key and secret of the account", message)
        self.assertNotIn(self.lazada.app_secret, message)
        self.lazada_account.app_secret = self.lazada.app_secret
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        self.assertTrue(self.import_now(platform_order))

    def test_no_app_secret(self):
        """An account without a secret is said to have none, and stops no other shop."""
        self.lazada_account.app_secret = False
        other = self.place_shopee([(self.sku, 1)])
        self.assertTrue(self.import_now(other))
        self.assertRegex(self.lazada_shop.error_message, "^The account .* has no app secret")

    def test_missing_permission(self):
        """The app may not read orders: said on the shop."""
        self.lazada.denied_paths.add("/orders/get")
        other = self.place_shopee([(self.sku, 1)])
        self.assertTrue(self.import_now(other))
        self.assertTrue(self.lazada_shop.error_message)


@tagged("post_install", "-at_install")
class TestOrders(MarketplaceCase):
    """One order is wrong: it becomes a problem, and those beside it come in."""

    def assert_problem(self, platform_order, reason, *sentences, kept=False):
        """Fetched with a good order: one open problem with the sentences; a sales order only where it is `kept`."""
        ref = getattr(platform_order, "order_sn", None) or platform_order.order_id
        good = self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        self.assertEqual(len(self.import_now(*good)), 2)
        problem = self.problem(ref)
        self.assertEqual(problem.reason, reason, problem.message)
        for sentence in sentences:
            self.assertIn(sentence, problem.message)
        self.assertEqual(bool(self.order(ref)), kept)
        if not kept:
            self.assertTrue(problem.sudo().raw_payload)
        self.assertTrue(problem.shop_id.activity_ids.filtered(lambda a: a.summary == "Orders need attention"))
        return problem

    def assert_solved(self, platform_order, problem):
        """Put right and retried: the order is in, the problem and what was kept for it are gone."""
        problem.with_user(self.user).action_retry()
        self.env.invalidate_all()
        ref = getattr(platform_order, "order_sn", None) or platform_order.order_id
        self.assertEqual((problem.state, self.order(ref).state), ("done", "sale"))
        self.assertFalse(problem.sudo().raw_payload)

    def test_field_missing(self):
        """The field is named; when it is there the retry brings the order."""
        for field in ("create_time", "item_list", "currency", "order_status"):
            with self.subTest(field):
                platform_order = self.place_shopee([(self.sku, 1)], overrides={"detail": {field: ABSENT}})
                problem = self.assert_problem(platform_order, "unreadable", "could not be understood at", field)
                platform_order.overrides = {}
                self.assert_solved(platform_order, problem)

    def test_field_of_a_unit_missing(self):
        platform_order = self.place_lazada([(self.sku, 1)], item_overrides={"item_price": ABSENT})
        problem = self.assert_problem(platform_order, "unreadable", "item_price")
        platform_order.units[0].overrides = {}
        self.assert_solved(platform_order, problem)

    def test_unknown_status(self):
        """A status that nobody knows creates nothing, and on a known order it is shown in the platform's word."""
        known, unknown = self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        self.lazada.set_status(unknown, "teleported")
        order = self.import_now(known, unknown)
        self.assertEqual(order.marketplace_order_ref, known.order_sn)
        self.assertFalse(self.problem(unknown.order_id))
        known.overrides = {"detail": {"order_status": "TELEPORTED"}}
        self.import_now()
        self.assertEqual(
            (order.state, order.marketplace_status, order.marketplace_raw_status), ("sale", "unknown", "TELEPORTED")
        )

    def test_amounts_without_sense(self):
        """Negative and astronomic amounts make no order."""
        for price in (-5.0, 1e15):
            with self.subTest(price=price):
                header = {"price": str(price)}
                platform_order = self.place_lazada(
                    [(self.sku, 1)], overrides=header, item_overrides={"item_price": price}
                )
                self.assert_problem(platform_order, "amounts", "make no sense", "press Retry")

    def test_quantity_without_sense(self):
        for quantity in (0, -3, 2.5, "many"):
            with self.subTest(quantity=quantity):
                item = {"item_list": lambda items, n=quantity: [{**items[0], "model_quantity_purchased": n}]}
                platform_order = self.place_shopee([(self.sku, 1)], overrides={"detail": item})
                self.assert_problem(platform_order, "unreadable", "model_quantity_purchased")

    def test_currency(self):
        """Another currency than the shop's, then one that is archived in Odoo."""
        platform_order = self.place_shopee([(self.sku, 1)], overrides={"detail": {"currency": "MYR"}})
        self.assert_problem(platform_order, "currency", "in MYR", "sells in SGD")
        self.lazada_shop.currency_id.active = False
        first, second = self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        self.assertFalse(self.import_now(first, second))
        problem = self.problem(first.order_sn)
        self.assertIn("SGD is not active. Activate it", problem.message)
        self.lazada_shop.currency_id.active = True
        self.assert_solved(first, problem)

    def test_no_lines(self):
        platform_order = self.place_lazada([(self.sku, 1)])
        platform_order.units.clear()
        platform_order.overrides = {"statuses": ["pending"]}
        self.assert_problem(platform_order, "no_lines", "has no items")
        empty = self.place_shopee([(self.sku, 1)], overrides={"detail": {"item_list": []}})
        self.assert_problem(empty, "unreadable", "item_list")

    def test_five_hundred_lines(self):
        """Each SKU a line, all of them confirmed and in one delivery."""
        skus = [f"MANY-{number:03}" for number in range(500)]
        self.env["product.product"].create(
            [{"name": sku, "default_code": sku, "is_storable": True, "taxes_id": False} for sku in skus]
        )
        order = self.import_now(self.place_lazada([Line(sku, 1, Decimal("1.01")) for sku in skus]))
        self.assertEqual((order.state, len(order.order_line), len(order.picking_ids.move_ids)), ("sale", 500, 500))
        self.assertAlmostEqual(order.amount_total, 505.0)

    def test_poison_among_fifty(self):
        """The unforeseen: orders that the database refuses, at birth or at confirmation, are found by halving."""
        self.env.cr.execute(
            """ALTER TABLE sale_order ADD CONSTRAINT no_poison CHECK (
                marketplace_buyer_note IS NULL OR marketplace_buyer_note NOT LIKE 'poison%'
                OR (marketplace_buyer_note = 'poison later' AND state = 'draft'))"""
        )
        self.addCleanup(self.env.cr.execute, "ALTER TABLE sale_order DROP CONSTRAINT no_poison")
        orders = [self.place_shopee([(self.sku, 1)]) for _ in range(18)]
        poisons = [self.place_shopee([(self.sku, 1)], message_to_seller=f"poison {when}") for when in ("now", "later")]
        partners = self.env["res.partner"].search_count([])
        with mute_logger("odoo.sql_db", IMPORT):
            self.later(1)
            counts = self.sync()
        self.assertEqual((counts["created"], counts["failed"]), (18, 2))
        self.assertEqual(self.env["res.partner"].search_count([]), partners + 18)
        self.assertTrue(all(self.order(order.order_sn).state == "sale" for order in orders))
        for poison in poisons:
            self.assertFalse(self.order(poison.order_sn))
            problem = self.problem(poison.order_sn)
            self.assertEqual(problem.reason, "unforeseen")
            self.assertIn("no_poison", problem.message)
            self.assertIn(poison.order_sn, problem.sudo().raw_payload)
            poison.message_to_seller = ""
        self.later(15)
        self.sync()
        for poison in poisons:
            self.assertFalse(self.problem(poison.order_sn))
            self.assertEqual(self.order(poison.order_sn).state, "sale")

    def test_known_order_becomes_unreadable(self):
        """The problem stands on the sales order, which stays as it was until the platform speaks sense again."""
        platform_order = self.place_shopee([(self.sku, 1)])
        order = self.import_now(platform_order)
        self.later(30)
        self.shopee.advance(platform_order, "PROCESSED")
        platform_order.overrides = {"detail": {"create_time": ABSENT}}
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "ready_to_ship"))
        self.assertEqual(self.problem(platform_order.order_sn).order_id, order)
        self.assertIn("create_time", order.marketplace_problem)
        platform_order.overrides = {}
        self.import_now()
        self.assertEqual((order.marketplace_status, order.marketplace_problem), ("processed", False))

    def test_gone_before_the_retry(self):
        """A problem whose order was cancelled meanwhile closes itself: there is nothing to bring in any more."""
        platform_order = self.place_shopee([(self.sku, 1)], overrides={"detail": {"create_time": ABSENT}})
        problem = self.assert_problem(platform_order, "unreadable")
        platform_order.overrides = {}
        self.shopee.cancel(platform_order)
        problem.action_retry()
        self.env.invalidate_all()
        self.assertEqual(problem.state, "done")
        self.assertFalse(self.order(platform_order.order_sn))
        self.assertFalse(self.shopee_shop.activity_ids)


@tagged("post_install", "-at_install")
class TestTwoProcesses(MarketplaceCase):
    def test_both_write_the_same(self):
        """Of two processes that add the same parcel or act one is refused by the database: nobody reads its words."""
        error = UniqueViolation('duplicate key value violates unique constraint "marketplace_package_package_unique"')
        order = SimpleNamespace(ref="1", ship_by=None, raw={})
        failure = self.env["sale.order"]._marketplace_unforeseen(order, error)
        self.assertIn("tried again by itself", failure["message"])
        self.assertNotIn("constraint", failure["message"])
        job = self.env["marketplace.job"]
        self.assertTrue(job._next_try(failure["reason"], 1))
        self.assertNotIn("constraint", job._sentence(error, True))
