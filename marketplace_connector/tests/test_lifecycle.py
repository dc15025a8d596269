"""The addon's own life in a database: upgraded, uninstalled, installed and connected again.

None of it can be taken back, so it happens in a database of its own, in processes of their own.
"""

import os
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import config

SPARE = os.environ.get("MARKETPLACE_SPARE_DATABASE")  # given by ./dev test
SCRIPTS = Path(__file__).with_name("lifecycle")
SECONDS = 600


@tagged("post_install", "-at_install")
class TestLifecycle(BaseCase):
    def run_in_shell(self, script):
        """Run a script in an Odoo shell on the spare database; fail where it fails or logs an error."""
        options = ["-c", config["config"], "-d", SPARE, "--no-http", "--log-level=warn"]
        command = [sys.executable, "-W", "ignore", "-m", "odoo", "shell", *options]
        with open(SCRIPTS / script, encoding="utf-8") as source:
            process = subprocess.run(
                command,
                stdin=source,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        self.assertEqual(process.returncode, 0, f"{script}\n{process.stdout}\n{process.stderr}")
        return process.stdout + process.stderr

    def test_lifecycle(self):
        """D22: what Odoo has stays whole, whatever becomes of the addon."""
        if not SPARE:
            self.skipTest("Uninstalling needs a database of its own, as ./dev test makes one.")
        self.run_in_shell("sell.py")
        self.run_in_shell("upgrade.py")
        self.run_in_shell("uninstall.py")
        self.run_in_shell("connect_again.py")
