"""In an Odoo shell: the shops are connected to the addon that was installed again; their orders are found."""

import os
import sys

from odoo.addons.marketplace_connector.tests.real_life import ConnectedAgain

ConnectedAgain.tried()
sys.stdout.flush()
os._exit(0)  # nothing of it is kept
