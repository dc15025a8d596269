from odoo import api, fields, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.model
    def _marketplace_make(self, accounts):
        """Accounts of the current company, one for each (name, type), with codes behind those it has of the type."""
        company = self.env.company
        taken, values = set(), []
        for name, account_type in accounts:
            alike = [*self._check_company_domain(company), ("account_type", "=", account_type)]
            code = self._search_new_account_code(self.search(alike, limit=1).code or "100000", taken)
            taken.add(code)
            values.append(
                {
                    "name": name,
                    "code": code,
                    "account_type": account_type,
                    "company_ids": [fields.Command.link(company.id)],
                }
            )
        return self.create(values)
