import hashlib
import hmac
import secrets

from odoo import api, fields, models

from ..marketplaces.types import is_masked

HASH_KEY = "marketplace_connector.buyer_hash_key"


class MarketplaceBuyer(models.Model):
    """A buyer at a platform: tells whose contact an order gets, without keeping the platform's id of the person."""

    _name = "marketplace.buyer"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Buyer"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    provider = fields.Selection(
        lambda self: self.env["marketplace.account"]._fields["provider"]._description_selection(self.env),
        string="Marketplace",
        required=True,
        readonly=True,
    )
    site = fields.Char(string="Country", required=True, readonly=True)
    buyer_hash = fields.Char(required=True, readonly=True, exportable=False, groups="base.group_system")
    partner_id = fields.Many2one("res.partner", string="Contact", ondelete="cascade", required=True, index=True)

    _buyer_unique = models.Constraint(
        "UNIQUE (company_id, provider, site, buyer_hash)", "This buyer already has a contact."
    )

    @api.model
    def _partners_of(self, shop, orders):
        """The contact of each order, found or made: a dict from the order's reference to a `res.partner`.

        Orders without a usable buyer id, and all orders of shops that keep one contact, get the shop's contact.
        """
        hash_of = {}
        if shop.customer_policy == "buyer":
            key = self._hash_key()
            for order in orders:
                if order.buyer_key:
                    hash_of[order.ref] = hmac.new(key, order.buyer_key.encode(), hashlib.sha256).hexdigest()
        partner_of_hash = self._known(shop, set(hash_of.values()))
        partner_of_hash |= self._create_missing(shop, orders, hash_of, partner_of_hash)
        shop_partner = shop._customer() if len(hash_of) < len(orders) else None
        return {
            order.ref: partner_of_hash[hash_of[order.ref]] if order.ref in hash_of else shop_partner for order in orders
        }

    @api.model
    def _known(self, shop, hashes):
        if not hashes:
            return {}
        buyers = self.search_fetch(
            [
                ("company_id", "=", shop.company_id.id),
                ("provider", "=", shop.provider),
                ("site", "=", shop.site),
                ("buyer_hash", "in", list(hashes)),
            ],
            ["buyer_hash", "partner_id"],
        )
        return {buyer.buyer_hash: buyer.partner_id for buyer in buyers}

    @api.model
    def _create_missing(self, shop, orders, hash_of, known):
        first_order = {}
        for order in orders:
            buyer_hash = hash_of.get(order.ref)
            if buyer_hash and buyer_hash not in known:
                first_order.setdefault(buyer_hash, order)
        if not first_order:
            return {}
        partners = self.env["res.partner"].create(
            [self._partner_values(shop, order, buyer_hash) for buyer_hash, order in first_order.items()]
        )
        self.create(
            [
                {
                    "company_id": shop.company_id.id,
                    "provider": shop.provider,
                    "site": shop.site,
                    "buyer_hash": buyer_hash,
                    "partner_id": partner.id,
                }
                for buyer_hash, partner in zip(first_order, partners, strict=True)
            ]
        )
        return dict(zip(first_order, partners, strict=True))

    @api.model
    def _partner_values(self, shop, order, buyer_hash):
        """A contact from what the platform shows; hidden text never becomes a name or an address."""
        name = order.buyer_name
        if not name or is_masked(name):
            name = self.env._("%(shop)s buyer %(code)s", shop=shop.name, code=buyer_hash[:6].upper())
        return {
            "name": name,
            "company_id": shop.company_id.id,
            "user_id": False,
            "type": "contact",
            **self._address_values(shop, order.shipping_address),
        }

    @api.model
    def _address_values(self, shop, address):
        def shown(field):
            return False if field in address.masked else getattr(address, field) or False

        country = self.env["res.country"]._marketplace_by_code(address.country or shop.site)
        return {
            "street": shown("street"),
            "street2": shown("district"),
            "city": shown("city"),
            "zip": shown("zip"),
            "country_id": country.id,
        }

    @api.model
    def _hash_key(self):
        parameters = self.env["ir.config_parameter"].sudo()
        key = parameters.get_param(HASH_KEY)
        if not key:
            key = secrets.token_hex(32)
            parameters.set_param(HASH_KEY, key)
        return key.encode()
