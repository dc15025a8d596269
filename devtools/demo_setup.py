"""Run in an Odoo shell by ./dev demo: set up a company, connect one shop of each marketplace, synchronise."""

import json
import os


def prepare_company(env):
    """Give the database's company a name, and its log-in page the address that the demo is reached at."""
    env.company.name = "Demo Company"


def connect_and_sync(env, simulator):
    """Connect a Lazada and a Shopee shop of the running simulator and read their orders.

    `simulator` is what `python -m marketplace_connector.simulator` prints at its start, and `odoo_url`.
    Return the numbers of shops, of imported orders, of those that need attention, and of failed ones.
    """
    raise NotImplementedError


def main(env):
    """Do all of it and print the result as one line of JSON."""
    simulator = json.loads(os.environ["MARKETPLACE_DEMO"])
    parameters = env["ir.config_parameter"].sudo()
    parameters.set_param("web.base.url", simulator["odoo_url"])
    parameters.set_param("web.base.url.freeze", "True")
    prepare_company(env)
    env.cr.commit()
    result = connect_and_sync(env, simulator)
    env.cr.commit()
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(env)  # noqa: F821  `env` is the Odoo shell's
