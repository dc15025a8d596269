"""Pushes are hints: what they name is fetched, in few calls, whatever comes how often in which order (R141, R159)."""

from odoo import sql_db
from odoo.exceptions import AccessError, UserError
from odoo.modules import neutralize
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.marketplace_shop_orders import LOCK_NAMESPACE
from ..simulator.overrides import ABSENT
from .push_case import PushCase, hmac_hex

DETAILS = "/api/v2/order/get_order_detail"


@tagged("post_install", "-at_install")
class TestFollowing(PushCase):
    def both(self, **facts):
        return self.place_lazada([(self.sku, 1)], **facts), self.place_shopee([(self.sku, 2)], **facts)

    def push_both(self, lazada, shopee):
        self.assertTrue(self.push(self.lazada_message(lazada.order_id)))
        self.assertTrue(self.push(self.shopee_message(shopee.order_sn)))

    def triggers(self, cron):
        cron = self.env.ref(f"marketplace_connector.{cron}")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def test_order_comes_in_at_once(self):
        """A pushed order wakes the worker, is created like a polled one, and the hint is gone."""
        lazada, shopee = self.both()
        self.triggers("ir_cron_hints").unlink()
        self.push_both(lazada, shopee)
        self.assertEqual(len(self.triggers("ir_cron_hints")), 2)
        self.assertFalse(self.order(lazada.order_id))
        self.follow()
        for placed in (lazada.order_id, shopee.order_sn):
            self.assertEqual(self.order(placed).state, "sale")
        self.assertFalse(self.hints())
        for shop in (self.lazada_shop, self.shopee_shop):
            self.assertTrue(shop.last_push)
        self.assertEqual((self.lazada_account.push_accepted, self.shopee_account.push_accepted), (1, 1))

    def test_request_writes_no_document(self):
        """Answering writes nothing but the hint."""
        lazada, shopee = self.both()
        self.import_now(lazada, shopee)
        tables = ("marketplace_account", "marketplace_shop", "marketplace_job", "sale_order")

        def state():
            self.env.flush_all()
            self.env.cr.execute(
                " UNION ALL ".join(
                    f"SELECT '{table}', max(xmin::text::bigint), count(*) FROM {table}" for table in tables
                )
            )
            return self.env.cr.fetchall()

        before = state()
        self.push_both(lazada, shopee)
        self.push(self.shopee_message(shopee.order_sn), signature="forged")
        self.assertEqual(state(), before)

    def test_flood(self):
        """A thousand pushes about twenty orders of each platform are one run with a handful of calls."""
        lazada = [self.place_lazada([(self.sku, 1)]) for _ in range(20)]
        shopee = [self.place_shopee([(self.sku, 1)]) for _ in range(20)]
        hint = self.env["marketplace.hint"]
        for number in range(500):
            for account, message in (
                (self.lazada_account, self.lazada_message(lazada[number % 20].order_id)),
                (self.shopee_account, self.shopee_message(shopee[number % 20].order_sn)),
            ):
                hint._receive(account, account._get_client_class().read_push(message))
        self.lazada.calls.clear()
        self.shopee.calls.clear()
        self.follow()
        self.assertFalse(self.hints())
        self.assertEqual(self.env["sale.order"].search_count([("marketplace_shop_id", "!=", False)]), 40)
        self.assertEqual(dict(self.lazada.calls), {"/rest/orders/get": 1, "/rest/orders/items/get": 1})
        self.assertEqual(self.shopee.calls[DETAILS], 1)
        self.assertLessEqual(sum(self.shopee.calls.values()), 4)
        self.assertEqual((self.lazada_account.push_accepted, self.shopee_account.push_accepted), (500, 500))

    def test_creation_filter(self):
        """What the poll does not create, a push does not create either; once it is paid it comes in."""
        unpaid = self.place_shopee([(self.sku, 1)], paid=False)
        self.push(self.shopee_message(unpaid.order_sn, status="UNPAID"))
        self.follow()
        self.assertFalse(self.order(unpaid.order_sn))
        self.assertFalse(self.problem(unpaid.order_sn))
        self.later(1)
        self.shopee.advance(unpaid, "READY_TO_SHIP")
        self.push(self.shopee_message(unpaid.order_sn))
        self.follow()
        self.assertEqual(self.order(unpaid.order_sn).state, "sale")

    def test_message_is_not_believed(self):
        """A replayed push about what is long over changes nothing: the order is as the platform says now."""
        placed = self.place_shopee([(self.sku, 1)])
        order = self.import_now(placed)
        self.push(self.shopee_message(placed.order_sn, status="CANCELLED"))
        self.follow()
        self.assertEqual(order.state, "sale")
        self.later(1)
        self.shopee.cancel(placed, "Out of Stock", "seller")
        self.push(self.shopee_message(placed.order_sn, status="READY_TO_SHIP"))
        self.follow()
        self.assertEqual(order.state, "cancel")

    def test_unknown_order(self):
        """An order that the platform does not give leaves a problem, and no hint."""
        self.push(self.shopee_message("260304NOWHERE1"))
        self.push(self.lazada_message("123456789012345"))
        self.follow()
        self.assertFalse(self.hints())
        for ref in ("260304NOWHERE1", "123456789012345"):
            self.assertEqual(self.problem(ref).reason, "refused")

    def test_platform_down(self):
        """While the platform does not answer hints wait, of that shop only; then they are followed."""
        lazada, shopee = self.both()
        self.push_both(lazada, shopee)
        self.shopee.faults.order("no_connection", "order", times=10)
        self.triggers("ir_cron_hints").unlink()
        self.follow()
        self.assertTrue(self.order(lazada.order_id))
        self.assertEqual(self.hints().mapped("order_ref"), [shopee.order_sn])
        self.assertEqual(len(self.triggers("ir_cron_hints")), 1)
        self.assertFalse(self.problem(shopee.order_sn))
        self.shopee.faults.ordered.clear()
        self.later(1)
        self.follow()
        self.assertTrue(self.order(shopee.order_sn))
        self.assertFalse(self.hints())
        self.assertEqual(self.shopee_account.push_accepted, 1)

    def test_rate_limited(self):
        """A shop that has to wait keeps its hints until then, and holds up no other."""
        lazada, shopee = self.both()
        self.push_both(lazada, shopee)
        self.shopee.faults.order("too_many_requests", "order", times=1)
        self.follow()
        self.assertTrue(self.order(lazada.order_id))
        self.assertTrue(self.shopee_shop.wait_until)
        self.assertEqual(self.hints().mapped("order_ref"), [shopee.order_sn])
        calls = sum(self.shopee.calls.values())
        for _ in range(5):
            self.push(self.shopee_message(shopee.order_sn))
        self.follow()
        self.assertEqual(len(self.hints()), 1)
        self.assertEqual(sum(self.shopee.calls.values()), calls)
        self.assertIn(self.shopee_shop.wait_until, self.triggers("ir_cron_hints").mapped("call_at"))
        self.later(10)
        self.follow()
        self.assertTrue(self.order(shopee.order_sn))
        self.assertFalse(self.hints())

    def test_unreadable(self):
        """An answer that cannot be understood is a problem of that order, the others come in."""
        good = self.place_shopee([(self.sku, 1)])
        odd = self.place_shopee([(self.sku, 1)], overrides={"detail": {"create_time": ABSENT}})
        self.push(self.shopee_message(odd.order_sn))
        self.push(self.shopee_message(good.order_sn))
        self.follow()
        self.assertTrue(self.order(good.order_sn))
        self.assertEqual(self.problem(odd.order_sn).reason, "unreadable")
        self.assertFalse(self.hints())

    def test_arrives_meanwhile(self):
        """A push that comes while its order is being fetched is followed afterwards."""
        placed = self.place_shopee([(self.sku, 1)])
        self.push(self.shopee_message(placed.order_sn))
        real = self.shopee
        pushed = []

        def pushing(environ, start_response):
            if environ["PATH_INFO"] == DETAILS and not pushed:
                pushed.append(placed)
                answer = list(real(environ, start_response))
                real.cancel(placed, "Out of Stock", "seller")
                self.push(self.shopee_message(placed.order_sn, status="CANCELLED"))
                return answer
            return real(environ, start_response)

        self.apps["shopee.simulator.test"] = pushing
        self.follow()
        self.assertEqual(self.order(placed.order_sn).state, "sale")
        self.assertEqual(self.hints().mapped("kind"), ["cancellation"])
        self.later(1)
        self.follow()
        self.assertEqual(self.order(placed.order_sn).state, "cancel")

    def test_while_the_shop_is_polled(self):
        """While another worker fetches the shop's orders its hints wait, and are woken when that is done."""
        placed = self.place_shopee([(self.sku, 1)])
        self.push(self.shopee_message(placed.order_sn))
        with sql_db.db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_NAMESPACE, self.shopee_shop.id])
            self.triggers("ir_cron_hints").unlink()
            self.follow()
            self.assertEqual(len(self.hints()), 1)
            self.assertEqual(len(self.triggers("ir_cron_hints")), 1)
            other.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_NAMESPACE, self.shopee_shop.id])
        self.triggers("ir_cron_hints").unlink()
        self.sync(self.shopee_shop)
        self.assertEqual(len(self.triggers("ir_cron_hints")), 1)

    def test_disconnected(self):
        """A shop that is not connected needs no hints: what it missed is polled when it is connected again."""
        placed = self.place_shopee([(self.sku, 1)])
        self.shopee_shop.state = "disconnected"
        self.push(self.shopee_message(placed.order_sn))
        self.follow()
        self.assertFalse(self.hints())
        self.assertFalse(self.order(placed.order_sn))

    def test_shop_is_gone(self):
        self.push(self.shopee_message("260304ABCDEF12"))
        self.env.cr.execute("UPDATE marketplace_hint SET shop_id = 0")
        self.env.invalidate_all()
        self.follow()
        self.assertFalse(self.hints())

    def test_same_number_in_two_shops(self):
        """A Lazada number is one shop's: the push of the other shop's order fetches there."""
        _company, shop, seller = self.another_company()
        placed = self.place_lazada([(self.sku, 1)])
        self.lazada.place_order(seller.shops[0], [(self.sku, 3)], order_id=placed.order_id)
        account = shop.account_id
        self.push(self.lazada_message(placed.order_id, seller_id=shop.external_ref), account=account)
        self.follow()
        self.assertEqual(self.order(placed.order_id).marketplace_shop_id, shop)

    def test_label_is_made(self):
        """Shopee's push that a document is ready fetches the label that waits."""
        placed = self.place_shopee([(self.sku, 1)])
        order = self.import_now(placed)
        job = self.env["marketplace.job"]._order_act("label", [order], at=self.env.cr.now().replace(year=2027))
        self.push(self.shopee_message(placed.order_sn, code=15, status="READY"))
        self.triggers("ir_cron_acts").unlink()
        self.shopee.calls.clear()
        self.follow()
        self.assertLess(job.next_try.year, 2027)
        self.assertEqual(len(self.triggers("ir_cron_acts")), 1)
        self.assertFalse(self.shopee.calls)
        self.assertFalse(self.hints())


@tagged("post_install", "-at_install")
class TestAccess(PushCase):
    """R141: pushes about the authorisation are looked into, not believed."""

    def warnings(self, shop):
        return shop.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref("mail.mail_activity_data_warning")
        )

    def withdrawn(self):
        return self.shopee_message("", code=2, shop_id=0, **{"shop_id_list": [int(self.shopee_shop.external_ref)]})

    def test_withdrawn(self):
        self.shopee.revoke(self.shopee.shop("SG"))
        self.push(self.withdrawn())
        self.follow()
        self.assertEqual(self.shopee_shop.state, "disconnected")
        self.assertEqual(len(self.warnings(self.shopee_shop)), 1)
        self.assertEqual(self.lazada_shop.state, "connected")
        self.follow()
        self.assertFalse(self.hints())

    def test_withdrawn_long_ago(self):
        """An old message sent again does not disconnect a shop that is let in."""
        self.push(self.withdrawn())
        self.follow()
        self.assertEqual(self.shopee_shop.state, "connected")
        self.assertFalse(self.hints())
        self.assertFalse(self.warnings(self.shopee_shop))

    def test_not_told_until_when(self):
        """A shop that does not say until when we are let in holds up no order."""
        placed = self.place_shopee([(self.sku, 1)])
        self.push(self.withdrawn())
        self.push(self.shopee_message(placed.order_sn))
        self.shopee.faults.order("html", "get_shop_info", times=5)
        self.follow()
        self.assertTrue(self.order(placed.order_sn))
        self.assertEqual(self.shopee_shop.state, "connected")
        self.assertFalse(self.hints())

    def test_about_to_end_at_lazada(self):
        """The daily push of the last two days warns the responsible, once."""
        end = 1772687160  # 2026-03-05 05:06 UTC
        for seller in ("null", "null"):
            body = self.lazada_message("", seller_id=seller, message_type=8, auth_expiry_time=end)
            body = body.replace(b'"data": {', b'"data": {"seller_id": "%s", ' % self.lazada_shop.external_ref.encode())
            self.push(body)
            self.follow()
            self.assertEqual(len(self.warnings(self.lazada_shop)), 1)
        self.assertIn("2026-03-05", self.warnings(self.lazada_shop).summary)

    def test_about_to_end_at_shopee(self):
        """Shopee tells itself until when: a message that says less is not enough for a warning."""
        self.shopee.shop("SG").expire_time = 1772687160
        self.push(self.shopee_message("", code=12, shop_id=0, shop_expire_soon=[int(self.shopee_shop.external_ref)]))
        self.follow()
        self.assertEqual(str(self.shopee_shop.authorized_until), "2026-03-05 05:06:00")
        self.assertEqual(len(self.warnings(self.shopee_shop)), 1)


@tagged("post_install", "-at_install")
class TestPushAccounts(PushCase):
    def test_addresses(self):
        """Each account has an address of its own, that cannot be guessed."""
        accounts = self.lazada_account | self.shopee_account
        tokens = accounts.mapped("push_token")
        self.assertEqual(len(set(tokens)), 2)
        self.assertTrue(all(len(token) >= 32 for token in tokens))
        for account in accounts:
            self.assertTrue(account.push_url.endswith("/marketplace/push/" + account.push_token))
        self.assertNotIn(self.lazada_account.copy({"app_key": "1"}).push_token, tokens)
        values = {"name": "New", "provider": "lazada", "app_key": "2"}
        new = self.env["marketplace.account"].with_user(self.manager).create(values)
        self.assertTrue(new.push_url.endswith(new.sudo().push_token))

    def test_new_address(self):
        """A system administrator gives a new address; the old one is dead, an own one keeps its host."""
        account = self.shopee_account
        old = account.push_token
        account.push_url = f"https://erp.example.com/in/{old}"
        with self.assertRaises(AccessError):
            account.with_user(self.manager).action_new_push_address()
        account.action_new_push_address()
        self.assertNotEqual(account.push_token, old)
        self.assertEqual(account.push_url, f"https://erp.example.com/in/{account.push_token}")
        self.assertFalse(account._of_push_token(old))
        account.push_url = "https://erp.example.com/fixed"
        account.action_new_push_address()
        self.assertTrue(account.push_url.endswith(account.push_token))

    @mute_logger("odoo.models.unlink")
    def test_rights(self):
        """R51: keys are the system administrator's, the address the managers', hints nobody's."""
        outsider_company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": outsider_company.id, "company_ids": [(6, 0, outsider_company.ids)]}
        outsider = new_test_user(self.env, "outsider", "marketplace_connector.group_manager", **elsewhere)
        self.shopee_account.push_key = "live push key"
        for user in (self.manager, self.user):
            account = self.shopee_account.with_user(user)
            for field in ("push_key", "push_token"):
                with self.assertRaises(AccessError):
                    account.read([field])
                with self.assertRaises(AccessError):
                    account.search([(field, "=like", "l%")])
                with self.assertRaises(AccessError):
                    account.write({field: "x"})
                with self.assertRaises(UserError):
                    account.export_data([field])
            with self.assertRaises(AccessError):
                self.env["marketplace.hint"].with_user(user).search([])
        self.assertTrue(self.shopee_account.with_user(self.manager).push_url)
        with self.assertRaises(AccessError):
            self.shopee_account.with_user(self.user).read(["push_url"])
        for user, method in ((self.user, "action_verify_push_url"), (outsider, "action_verify_push_url")):
            with self.assertRaises(AccessError):
                getattr(self.shopee_account.with_user(user), method)()
        self.assertFalse(self.shopee_account.push_verify_until)
        self.assertFalse(self.shopee_account.copy({"app_key": "1"}).push_key)

    def test_neutralized(self):
        """A copy of the database knows no push address, no key and no hints."""
        self.shopee_account.push_key = "live push key"
        body = self.shopee_message("260304ABCDEF12")
        token = self.shopee_account.push_token
        self.push(body)
        self.env.flush_all()
        for query in neutralize.get_neutralization_queries(["marketplace_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.hints())
        self.assertFalse(self.shopee_account.push_key)
        self.assertFalse(self.shopee_account._of_push_token(token))
        self.assertFalse(self.shopee_account._of_push_token(""))
        with self.environment() as env:
            account = env["marketplace.account"].browse(self.shopee_account.id)
            self.assertFalse(account._take_push({"Authorization": hmac_hex("", b"|" + body)}, body))
