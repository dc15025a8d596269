"""What tests of pushes share: messages signed as the platforms sign them, and the worker that follows them."""

import hashlib
import hmac
import json

from .common import MarketplaceCase


def hmac_hex(key, message):
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


class PushSink:
    """Where the simulated platforms push to: Odoo, or `caught` where a test delivers the messages itself."""

    def register_pushes(self, caught=None):
        """Let both platforms push to the accounts from now on."""
        self.shopee_account.push_key = self.shopee.push_key
        for account, app in ((self.lazada_account, self.lazada), (self.shopee_account, self.shopee)):
            app.send_push = (lambda push: caught.append(push) or "200") if caught is not None else self.take
            app.register_push_url(account.push_url)

    def push_all(self):
        """Let both platforms tell what has changed."""
        self.lazada.push()
        self.shopee.push()

    def take(self, push):
        """The message comes in; the answer."""
        with self.environment() as env:
            account = env["marketplace.account"]._of_push_token(push.url.rpartition("/")[2])
            return "200" if account._take_push(push.headers, push.body) else "403"

    def follow(self):
        """Let the scheduled action follow what has come in."""
        with self.environment() as env:
            env["marketplace.hint"]._cron_take_hints()

    def hints(self):
        return self.env["marketplace.hint"].search([])


class PushCase(PushSink, MarketplaceCase):
    """Both platforms push to Odoo; the messages are made here, not by the code under test."""

    def lazada_message(self, order_id, seller_id=None, message_type=0, **data):
        """The bytes of a push about an order, as Lazada writes them."""
        seller_id = seller_id or self.lazada.shop("SG").seller_id
        data = {"order_status": "pending", "trade_order_id": str(order_id), "trade_order_line_id": "1", **data}
        message = {"seller_id": str(seller_id), "message_type": message_type, "data": data, "site": "lazada_sg"}
        return json.dumps({**message, "timestamp": 1603766859530}).encode()

    def shopee_message(self, order_sn, shop_id=None, code=3, **data):
        """The bytes of a push about an order, as Shopee writes them."""
        shop_id = shop_id or self.shopee.shop("SG").shop_id
        data = {"ordersn": order_sn, "status": "READY_TO_SHIP", "update_time": 1660123127, **data}
        return json.dumps({"data": data, "shop_id": shop_id, "code": code, "timestamp": 1660123127}).encode()

    def signature(self, account, body):
        """What the platform signs the bytes with."""
        if account.provider == "lazada":
            return hmac_hex(self.lazada.app_secret, self.lazada.app_key.encode() + body)
        return hmac_hex(account.push_key or self.shopee.partner_key, account.push_url.encode() + b"|" + body)

    def account_of(self, body):
        return self.lazada_account if b"message_type" in body else self.shopee_account

    def push(self, body, account=None, signature=None):
        """Let the message come in; whether it was answered as good."""
        account = account or self.account_of(body)
        headers = {"Authorization": self.signature(account, body) if signature is None else signature}
        with self.environment() as env:
            return env["marketplace.account"]._of_push_token(account.push_token)._take_push(headers, body)
