from odoo import api, models, tools


class ResCountry(models.Model):
    _inherit = "res.country"

    @api.model
    def _marketplace_by_code(self, code):
        """The country with the ISO code, empty where there is none."""
        return self.browse(self._marketplace_ids_by_code().get((code or "").upper(), False))

    @api.model
    @tools.ormcache()
    def _marketplace_ids_by_code(self):
        return {country.code: country.id for country in self.sudo().search_fetch([], ["code"])}
