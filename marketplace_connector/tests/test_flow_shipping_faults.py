"""Calls that go wrong where several things meet: parcels that share a call, two faults, ended tokens, late changes."""

from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_shipping_lost import KINDS, LostCase

MORE_KINDS = ("busy", "too_many_requests")
TWICE = (("no_connection", "lost_answer"), ("server_error", "truncated"), ("rate_limited", "no_connection"))


class Faults:
    """What ends well at both platforms, whatever happens on the way."""

    def setUp(self):
        super().setUp()
        self.shop.arrange_policy = "manual"

    def arrange(self, *placed):
        """Let the deliveries of the orders be arranged by hand; gives them."""
        pickings = self.import_now(*placed).picking_ids
        pickings.action_marketplace_arrange_by_policy()
        return pickings

    def before_call(self, path, happening):
        """Let something happen at the platform just before the next call to the path arrives there."""
        address = next(name for name, app in self.apps.items() if app is self.platform)
        app, waiting = self.platform, [happening]

        def served(environ, start_response):
            if waiting and environ["PATH_INFO"].endswith(path):
                waiting.pop()()
            return app(environ, start_response)

        type(self).apps[address] = served
        self.addCleanup(self.assertFalse, waiting, "the call never came")

    def assert_sent_once(self, placed, picking):
        self.assertEqual(self.stage_there(placed), "processed")
        self.assertEqual(picking.marketplace_package_ids.mapped("package_ref"), self.packages_there(placed))
        self.assertEqual([picking.carrier_tracking_ref], self.numbers_there(placed))
        self.assertEqual(self.times_arranged(placed), 1)
        self.assertTrue(picking.marketplace_label_id)
        self.assertFalse(self.open_problems())

    def test_more_kinds(self):
        """R64: the platform's own words for being busy, and HTTP 429, at the call that sends."""
        for kind in MORE_KINDS:
            placed = self.place([(self.sku, 1)])
            self.platform.faults.order(kind, self.sending)
            picking = self.arrange(placed)
            self.go_on()
            self.assertFalse(self.left(self.platform))
            self.assert_sent_once(placed, picking)

    def test_two_faults(self):
        """What goes wrong again after it went wrong is still done once."""
        for kinds in TWICE:
            placed = self.place([(self.sku, 1)])
            for kind in kinds:
                self.platform.faults.order(kind, self.sending)
            picking = self.arrange(placed)
            self.go_on(16)
            self.assertFalse([fault for fault in self.left(self.platform) if fault.kind == kinds[0]])
            self.platform.faults.ordered.clear()
            self.assert_sent_once(placed, picking)

    def test_answer_and_look_lost(self):
        """The answer is lost, and then nobody can look whether it was done."""
        placed = self.place([(self.sku, 1)])
        self.platform.faults.order("lost_answer", self.sending)
        picking = self.arrange(placed)
        self.before_call(self.sending, lambda: self.platform.faults.order("no_connection", self.looking, times=2))
        self.go_on(16)
        self.assertFalse(self.left(self.platform))
        self.assert_sent_once(placed, picking)

    def test_together(self):
        """Parcels that share a call: each is sent once, whatever becomes of the answer."""
        for kind in KINDS:
            placed = [self.place([(self.sku, 1)]) for _ in range(3)]
            self.platform.faults.order(kind, self.mass)
            self.arrange(*placed)
            self.go_on()
            self.assertFalse(self.left(self.platform))
            for each in placed:
                mine = self.order(self.ref(each)).picking_ids
                self.assert_sent_once(each, mine)

    def test_token_ends_in_between(self):
        """The access token ends between the look and the sending: renewed once, sent once."""
        placed = self.place([(self.sku, 1)])
        picking = self.arrange(placed)
        self.before_call(self.sending, self.end_tokens)
        self.go_on()
        self.assertEqual(self.platform.calls[self.renewing], 1)
        self.assert_sent_once(placed, picking)

    def test_renewing_fails(self):
        """The platform cannot be asked for a new token at first: nothing is lost."""
        for kind in ("no_connection", "server_error"):
            placed = self.place([(self.sku, 1)])
            picking = self.arrange(placed)
            self.end_tokens()
            self.platform.faults.order(kind, self.renewing)
            self.go_on()
            self.assertFalse(self.left(self.platform))
            self.assertEqual(self.shop.state, "connected")
            self.assert_sent_once(placed, picking)

    def test_sent_there_in_between(self):
        """Somebody presses the button in Seller Center between our look and our call."""
        placed = self.place([(self.sku, 1)])
        picking = self.arrange(placed)
        self.before_call(self.sending, lambda: self.move_there(placed, "processed"))
        self.go_on()
        self.assert_sent_once(placed, picking)

    def test_cancelled_there_in_between(self):
        """The order is cancelled between our look and our call: it is cancelled in Odoo, nothing is left to do."""
        placed = self.place([(self.sku, 1)])
        picking = self.arrange(placed)
        self.before_call(self.sending, lambda: self.cancel_there(placed))
        self.go_on()
        self.assertEqual((self.stage_there(placed), picking.state), ("cancelled", "cancel"))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]).mapped("message"))


@tagged("post_install", "-at_install")
class TestLazada(Faults, AtLazada, LostCase):
    sending = mass = "/order/fulfill/pack"
    looking = "/orders/items/get"
    renewing = "/rest/auth/token/refresh"

    def times_arranged(self, placed):
        return len(self.packages_there(placed))

    def end_tokens(self):
        for authorisation in self.lazada.authorisations:
            authorisation.access_end = 0


@tagged("post_install", "-at_install")
class TestShopee(Faults, AtShopee, LostCase):
    sending, mass = "/ship_order", "/mass_ship_order"
    looking = "/get_order_detail"
    renewing = "/api/v2/auth/access_token/get"

    def times_arranged(self, placed):
        (package,) = placed.packages
        return [status for _moment, status in package.history].count("LOGISTICS_REQUEST_CREATED")

    def end_tokens(self):
        self.shopee.access_ends.clear()

    def test_number_is_asked_in_masses(self):
        """R146: the call for numbers fails; the number comes all the same."""
        self.shopee.tracking_delay = 300
        for kind in KINDS:
            placed = self.place([(self.sku, 1)])
            picking = self.arrange(placed)
            self.shopee.faults.order(kind, "/get_mass_tracking_number")
            self.go_on()
            self.assertFalse(self.left(self.shopee))
            self.assert_sent_once(placed, picking)

    def test_part_of_a_mass_is_refused(self):
        """Two of three are arranged, the answer is lost: the third follows when it may, none goes twice."""
        placed = [self.place([(self.sku, 1)]) for _ in range(3)]
        self.arrange(*placed)
        self.before_call(self.mass, lambda: setattr(placed[1], "allocated_at", self.shopee.clock.seconds() + 600))
        self.shopee.faults.order("lost_answer", self.mass)
        self.act()
        self.assertEqual([self.times_arranged(order) for order in placed], [1, 0, 1])
        self.go_on(10)
        for each in placed:
            mine = self.order(self.ref(each)).picking_ids
            self.assert_sent_once(each, mine)
