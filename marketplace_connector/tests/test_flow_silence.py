"""No mail of any kind leaves for a marketplace's buyers, over the whole life of their orders."""

from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase


class Silence:
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shop.arrange_delay = 0
        self.shop.cancel_too = True
        # Whoever likes confirmation mails gets none for these orders either.
        self.company.write({"stock_move_email_validation": True})

    def test_whole_life(self):
        """Import, problem, packing, validation, cancelling both ways, activities: nobody outside is written to."""
        buyers = self.env["res.partner"]
        before = self.env["mail.mail"].search([])
        sent, cancelled_here, cancelled_there, late = (self.place([(self.sku, 1)]) for _ in range(4))
        order = self.import_now(sent, cancelled_here, cancelled_there, late).filtered(
            lambda order: order.marketplace_order_ref == self.ref(sent)
        )
        buyers |= self.env["sale.order"].search([("marketplace_shop_id", "=", self.shop.id)]).partner_id
        buyers.email = "somebody@example.com"  # as if the marketplace had told it
        self.send(order.picking_ids)
        for _ in range(3):
            self.act()
            self.later(6)
        self.sync()
        self.finish(order.picking_ids)
        self.order(self.ref(cancelled_here)).with_context(marketplace_asked=True).action_cancel()
        self.cancel_there(cancelled_there)
        delivery = self.order(self.ref(late)).picking_ids
        delivery._marketplace_follow()
        self.cancel_there(late)
        for stage in ("shipped", "completed"):
            self.act()
            self.later(20)
            self.move_there(sent, stage)
            self.sync()
        self.act()
        states = [self.order(self.ref(each)).state for each in (sent, cancelled_here, cancelled_there, late)]
        self.assertEqual(states, ["sale", "cancel", "cancel", "sale"])
        self.assertTrue(self.problem(self.ref(late)), "an activity was made for it")
        mails = self.env["mail.mail"].search([]) - before
        self.assertFalse(
            mails.filtered(lambda mail: mail.recipient_ids & buyers or "example.com" in (mail.email_to or ""))
        )
        notified = self.env["mail.notification"].search([("res_partner_id", "in", buyers.ids)])
        self.assertFalse(notified)
        followers = self.env["mail.followers"].search([("partner_id", "in", buyers.ids)])
        self.assertFalse(followers.mapped("res_model"))
        self.assertFalse(mails.mapped("subject"))


@tagged("post_install", "-at_install")
class TestLazada(Silence, AtLazada, ShippingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(Silence, AtShopee, ShippingCase):
    pass
