"""Runs of what is queued for the marketplaces: one worker at a time, nothing twice, waiting and going on."""

from unittest.mock import patch

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tests.test_cursor import TestCursor
from psycopg2.errors import SerializationFailure

from ..models.marketplace_job_acts import ACTS_LOCK
from .test_flow_shipping import ShippingCase

PACK, READY = "/rest/order/fulfill/pack", "/rest/order/package/rts"


class ActsCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shopee_shop.arrange_delay = 0

    def packed(self, count=1):
        """Lazada orders that are packed, and their deliveries."""
        placed = [self.place_lazada([(self.sku, 1)]) for _ in range(count)]
        pickings = self.import_now(*placed).picking_ids
        pickings.action_marketplace_arrange()
        self.act()
        self.act()
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"confirmed"})
        return placed, pickings

    def problems(self):
        return self.env["marketplace.job"].search([("is_problem", "=", True)])


@tagged("post_install", "-at_install")
class TestRuns(ActsCase):
    def test_two_workers(self):
        """While another worker does a shop's acts they are left to it, and done once."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        picking.action_marketplace_arrange()
        key = [ACTS_LOCK, self.lazada_shop.id]
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", key)
            try:
                self.act()
                self.assertEqual(self.lazada.calls[PACK], 0)
                self.assertTrue(picking.marketplace_act_ids)
            finally:
                other.execute("SELECT pg_advisory_unlock(%s, %s)", key)
        self.act()
        self.act()
        self.assertEqual(self.lazada.calls[PACK], 1)

    def test_another_transaction_was_faster(self):
        """The database refuses what was noted of a call: it is looked at first, and not called again."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        picking.action_marketplace_arrange()
        self.fail_commit_after(PACK)
        self.assertEqual(picking.marketplace_status, "pending")
        self.assertFalse(self.problems())
        self.later(2)
        self.act()
        self.assertEqual((picking.marketplace_status, self.lazada.calls[PACK]), ("confirmed", 1))

    def test_another_transaction_was_faster_at_handing_over(self):
        """What only the read-back can tell is read back before it is told again."""
        placed, picking = self.packed()
        picking.button_validate()
        self.fail_commit_after(READY)
        self.assertEqual(picking.marketplace_status, "confirmed")
        self.later(2)
        self.act()
        self.assertEqual((picking.marketplace_status, self.lazada.calls[READY]), ("ready_to_ship", 1))

    def fail_commit_after(self, path):
        """Run; the first commit after a call to the path fails, as it does where rows were changed meanwhile."""
        commit, failed = TestCursor.commit, []

        def fails(cursor):
            if cursor is ours and self.lazada.calls[path] and not failed:
                failed.append(True)
                raise SerializationFailure("could not serialize access due to concurrent update")
            return commit(cursor)

        with self.environment() as env:
            ours = env.cr
            with patch.object(TestCursor, "commit", fails):
                env["marketplace.job"]._cron_run_acts()
        self.assertTrue(failed)

    def test_limited(self):
        """Asked to wait, a shop waits; then its acts go on, and the other shop's were not held up."""
        limited = self.import_now(*[self.place_lazada([(self.sku, 1)]) for _ in range(2)]).picking_ids
        free = self.import_now(self.place_shopee([(self.sku, 1)])).picking_ids
        limited.action_marketplace_arrange()
        free.action_marketplace_arrange_by_policy()
        self.lazada.faults.order("rate_limited", PACK.removeprefix("/rest"))
        self.act()
        self.assertTrue(self.lazada_shop.wait_until)
        self.assertEqual(free.marketplace_status, "ready_to_ship")
        calls = self.lazada.calls.copy()
        self.act()
        self.assertEqual(self.lazada.calls, calls)
        self.later(5)
        self.act()
        self.assertEqual(set(limited.mapped("marketplace_status")), {"confirmed"})
        self.assertFalse(self.problems())

    def test_disconnected(self):
        """Without access nothing is tried; once connected again the acts go on."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        picking.action_marketplace_arrange()
        self.lazada_shop.state = "disconnected"
        for _ in range(3):
            self.act()
            self.later(60)
        self.assertEqual(self.lazada.calls[PACK], 0)
        self.assertFalse(self.problems())
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        cron = self.env.ref("marketplace_connector.ir_cron_acts")
        wakes = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(fields.Datetime.now(), wakes.mapped("call_at"))
        self.act()
        self.assertEqual(picking.marketplace_status, "confirmed")

    def test_time_is_up(self):
        """A run that has no time left stops after what it is at, and says that something is left."""
        pickings = self.import_now(*[self.place_shopee([(self.sku, 1)]) for _ in range(3)]).picking_ids
        pickings.action_marketplace_arrange()
        with self.environment() as env:
            shop = env["marketplace.shop"].browse(self.shopee_shop.id)
            finished = env["marketplace.job"]._run_acts_of(shop, lambda: env.cr.commit() or 0)
        self.assertFalse(finished)
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"ready_to_ship"})
        self.assertFalse(pickings.marketplace_label_id)


@tagged("post_install", "-at_install")
class TestReadyToShip(ActsCase):
    def test_when_done(self):
        """Handed over only when the delivery is done, twenty packages a call."""
        placed, pickings = self.packed(25)
        self.later(10)
        self.act()
        self.assertEqual(self.lazada.calls[READY], 0)
        pickings.button_validate()
        self.act()
        self.assertEqual(self.lazada.calls[READY], 2)
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"ready_to_ship"})
        self.act()
        self.assertEqual(self.lazada.calls[READY], 2)

    def test_refused(self):
        """A refusal stands on the delivery with its reason; Retry tells again."""
        placed, picking = self.packed()
        self.lazada.refuse_next("/order/package/rts", "1003")
        picking.button_validate()
        self.act()
        problem = self.problems()
        self.assertEqual((problem.act, problem.package_id), ("hand_over", picking.marketplace_package_id))
        self.assertEqual(picking.marketplace_message, problem.message)
        self.assertIn("refused", problem.message)
        problem.action_retry()
        self.act()
        self.assertEqual(picking.marketplace_status, "ready_to_ship")
        self.assertFalse(picking.marketplace_message)

    def test_lost_answer(self):
        """It took effect and the answer was lost: it is not told twice."""
        placed, picking = self.packed()
        self.lazada.faults.order("lost_answer", "/order/package/rts")
        picking.button_validate()
        self.act()
        self.later(2)
        self.act()
        self.assertEqual((self.lazada.calls[READY], picking.marketplace_status), (1, "ready_to_ship"))
        self.assertFalse(self.problems())
