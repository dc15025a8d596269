# Plain pytest and `python -m marketplace_connector.simulator` import this folder without Odoo.
if __name__.startswith("odoo.addons."):
    from . import controllers, models, wizards  # noqa: F401
    from .uninstalling import uninstall_hook  # noqa: F401
