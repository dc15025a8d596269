"""In an Odoo shell: the addon is uninstalled as by an administrator; the books are whole, and work goes on."""

from odoo.addons.marketplace_connector.tests.books import Books, leftovers, open_screens, work_on

administrator = env(user=env.ref("base.user_admin"))  # noqa: F821  `env` is the shell's
books = Books(administrator)
administrator.cr.rollback()
administrator["ir.module.module"].search([("name", "=", "marketplace_connector")]).button_immediate_uninstall()
books.check(administrator)
leftovers(administrator)
open_screens(administrator)
work_on(administrator)
administrator.cr.rollback()
administrator["ir.module.module"].search([("name", "=", "marketplace_connector")]).button_immediate_install()
books.check(administrator)
administrator.cr.commit()
