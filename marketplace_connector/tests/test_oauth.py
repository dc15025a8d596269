from urllib.parse import parse_qs, urlencode, urlsplit

from odoo.tests import HttpCase, new_test_user, tagged
from werkzeug.test import Client

from ..models.marketplace_account import CALLBACK_PATH
from .common import Simulators


@tagged("post_install", "-at_install")
class TestOAuth(Simulators, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start_simulators()
        cls.make_accounts(cls.env.company)
        groups = "marketplace_connector.group_manager,sales_team.group_sale_manager"
        cls.manager = new_test_user(cls.env, "oauth_manager", groups)
        cls.other = new_test_user(cls.env, "oauth_other", groups)

    def setUp(self):
        super().setUp()
        type(self).start_simulators()
        self.authenticate("oauth_manager", "oauth_manager")

    def go_to_consent(self, account):
        """Press Connect; the address of the platform's consent page."""
        return account.with_user(self.manager).action_connect()["url"]

    def allow(self, url, **form):
        """Consent on the platform's page; the query it sends back."""
        target = urlsplit(url)
        query = parse_qs(target.query)
        hidden = {name: query[name][0] for name in ("redirect_uri", "state")}
        answer = Client(self.apps[target.netloc]).post(
            f"{target.path}?{target.query}", data={**hidden, **form}, base_url=f"https://{target.netloc}"
        )
        return {name: value[0] for name, value in parse_qs(urlsplit(answer.location).query).items()}

    def come_back(self, query):
        return self.url_open(f"{CALLBACK_PATH}?{urlencode(query)}", allow_redirects=False)

    def allow_lazada(self):
        url = self.go_to_consent(self.lazada_account)
        return self.allow(url, account=self.lazada.accounts[0].email, answer="allow")

    def shop(self, provider="lazada"):
        return self.env["marketplace.shop"].search([("provider", "=", provider)])

    def test_company_of_others(self):
        """With an account that several companies share, nobody makes a shop in a company that is not theirs."""
        self.come_back(self.allow_lazada())
        shop = self.shop()
        shop.external_ref = "another"  # so that the storefront is a new one
        self.lazada_account.company_id = self.env["res.company"].create({"name": "Other"})
        answer = self.come_back(self.allow_lazada())
        self.assertEqual(answer.status_code, 400)
        self.assertIn("not one of your companies", answer.text)
        self.assertEqual(self.shop(), shop)

    def test_connect_lazada(self):
        """R131: after consenting, the user sees the shop, with company, currency, country and time zone filled."""
        answer = self.come_back(self.allow_lazada())
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Kampung Living Singapore", answer.text)
        shop = self.shop()
        self.assertRecordValues(
            shop,
            [
                {
                    "state": "connected",
                    "site": "SG",
                    "tz": "Asia/Singapore",
                    "company_id": self.env.company.id,
                    "currency_id": self.env.ref("base.SGD").id,
                    "responsible_id": self.manager.id,
                }
            ],
        )
        self.assertTrue(shop.currency_id.active)
        self.assertEqual(shop.pricelist_id.currency_id, shop.currency_id)
        self.assertFalse(shop.pricelist_id.active)
        self.assertEqual(shop.team_id.name, "Lazada")

    def test_connect_shopee_shop(self):
        shop_id = next(iter(self.shopee.shops))
        url = self.go_to_consent(self.shopee_account)
        answer = self.come_back(self.allow(url, login=f"shop_id:{shop_id}", days="365", decision="allow"))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.shop("shopee").external_ref, str(shop_id))
        self.assertTrue(self.shop("shopee").authorized_until)

    def test_connect_shopee_main_account(self):
        """Every shop of a main account gets a chain of tokens of its own."""
        account = next(iter(self.shopee.main_accounts.values()))
        url = self.go_to_consent(self.shopee_account)
        login = f"main_account_id:{account.main_account_id}"
        answer = self.come_back(self.allow(url, login=login, days="365", decision="allow"))
        self.assertEqual(answer.status_code, 200)
        shops = self.shop("shopee")
        self.assertEqual(set(shops.mapped("external_ref")), {str(shop_id) for shop_id in account.shop_ids})
        tokens = shops.sudo().token_id
        self.assertEqual(len(tokens), len(shops))
        self.assertEqual(len(set(tokens.mapped("refresh_token"))), len(shops))

    def assertRefused(self, answer, words):
        self.assertEqual(answer.status_code, 400)
        self.assertIn(words, answer.text)
        self.assertFalse(self.shop())

    def test_forged_state(self):
        query = self.allow_lazada()
        self.assertRefused(self.come_back({**query, "state": query["state"][:-4] + "AAAA"}), "not valid or too old")
        self.assertRefused(self.come_back({"code": query["code"]}), "not valid or too old")

    def test_state_of_somebody_else(self):
        query = self.allow_lazada()
        self.authenticate("oauth_other", "oauth_other")
        self.assertRefused(self.come_back(query), "begun by somebody else")

    def test_replayed_return(self):
        query = self.allow_lazada()
        self.come_back(query)
        answer = self.come_back(query)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("already used", answer.text)
        self.assertEqual(len(self.shop()), 1)

    def test_wrong_code(self):
        query = self.allow_lazada()
        self.assertRefused(self.come_back({**query, "code": "0_1_wrong"}), "InvalidCode")

    def test_user_denied(self):
        url = self.go_to_consent(self.shopee_account)
        shop_id = next(iter(self.shopee.shops))
        query = self.allow(url, login=f"shop_id:{shop_id}", days="30", decision="deny")
        answer = self.come_back(query)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.shop("shopee"))

    def test_wrong_secret(self):
        """A wrong app secret is said where the user works."""
        self.lazada_account.app_secret = "wrong"
        self.assertRefused(self.come_back(self.allow_lazada()), "Check the app key and secret")

    def test_only_managers_connect(self):
        user = new_test_user(self.env, "oauth_user", "marketplace_connector.group_user")
        with self.assertRaisesRegex(Exception, "Only marketplace managers"):
            self.lazada_account.with_user(user).action_connect()

    def test_connecting_again_renews(self):
        """Connecting a known storefront never makes a second one."""
        self.come_back(self.allow_lazada())
        shop = self.shop()
        shop.state = "disconnected"
        self.come_back(self.allow_lazada())
        self.assertEqual(self.shop(), shop)
        self.assertEqual(shop.state, "connected")

    def test_another_seller_logs_in(self):
        """Who renews a shop's access while logged in as another seller is told which shop is still without."""
        self.come_back(self.allow_lazada())
        shop = self.shop()
        shop.state = "disconnected"
        seller = self.lazada.add_account("other@example.com", ("SG",))
        url = self.go_to_consent(self.lazada_account)
        page = self.come_back(self.allow(url, account=seller.email, answer="allow"))
        self.assertIn("Still without access", page.text)
        self.assertIn(f"<strong>{shop.name}</strong>", page.text)
        self.assertEqual(shop.state, "disconnected")
        page = self.come_back(self.allow_lazada())
        self.assertNotIn("Still without access", page.text)

    def test_known_storefront_can_be_moved(self):
        """A storefront of another company is left there until the user presses the button."""
        self.come_back(self.allow_lazada())
        shop = self.shop()
        company = self.env["res.company"].create({"name": "Second company"})
        self.env["stock.warehouse"].create({"name": "Second", "code": "SEC", "company_id": company.id})
        self.manager.company_ids += company
        self.lazada_account.company_id = company
        page = self.come_back(self.allow_lazada())
        self.assertIn("Move It Here", page.text)
        self.assertNotEqual(shop.company_id, company)
        permit = page.text.split('name="permit" value="')[1].split('"')[0]
        csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open("/marketplace/oauth/move", data={"permit": permit, "csrf_token": csrf})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.shop(), shop)
        self.assertEqual(shop.company_id, company)
        self.assertEqual(shop.warehouse_id.company_id, company)
        self.assertEqual(shop.fiscal_position_id.company_id, company)
        forged = self.url_open("/marketplace/oauth/move", data={"permit": permit[:-3], "csrf_token": csrf})
        self.assertEqual(forged.status_code, 400)
