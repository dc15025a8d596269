"""Why a listing shows its number, in one sentence."""

from odoo import api, fields, models
from odoo.tools import float_repr


class MarketplaceStockUpdate(models.Model):
    _inherit = "marketplace.stock.update"

    explanation = fields.Char(string="Why", compute="_compute_explanation")

    @api.depends_context("lang")
    def _compute_explanation(self):
        for update in self:
            update.explanation = update._explained()

    def _explained(self):
        """The number and what it follows from: `7 = 80 % of (12 on hand - 2 to deliver) - 1 kept back`."""
        if self.cause == "kept_for_another":
            return self.env._(
                "0: the last pieces are kept for %(listing)s.",
                listing=f"{self.kept_for_id.display_name} ({self.kept_for_id.shop_id.name})",
            )
        sum_told = self._sum_told()
        place = f"{self.place_id.name}: " if self.place_id else ""
        if self.cause == "capped":
            told = self.env._("%(number)s: the upper limit; it would be %(sum)s", number=self.number, sum=sum_told)
        elif self.cause == "none_left":
            told = self.env._("0: nothing is left of %(sum)s", sum=sum_told)
        else:
            told = f"{self.number} = {sum_told}"
        if self.scarcest_id:
            told += " " + self.env._("(kits, scarcest is %(component)s)", component=self.scarcest_id.display_name)
        return place + told

    def _sum_told(self):
        """The sum, without the terms that are 0."""
        env = self.env
        terms = [env._("%(pieces)s on hand", pieces=_pieces(self.on_hand))]
        if self.outgoing:
            terms.append(env._("- %(pieces)s to deliver", pieces=_pieces(self.outgoing)))
        if self.incoming:
            terms.append(env._("+ %(pieces)s to come", pieces=_pieces(self.incoming)))
        told = " ".join(terms)
        if self.share != 100:
            told = env._("%(share)s %% of (%(free)s)", share=_pieces(self.share), free=told)
        if self.buffer:
            told += " " + env._("- %(pieces)s kept back", pieces=self.buffer)
        if self.sold_elsewhere:
            told += " " + env._("- %(pieces)s sold, not in Odoo", pieces=self.sold_elsewhere)
        return told


def _pieces(amount):
    """A quantity without needless zeros: 12, 2.5."""
    return float_repr(amount, 3).rstrip("0").rstrip(".")
