"""Run in an Odoo shell: build the web client's bundles, which else every browser tour builds anew."""

for bundle_name in ("web.assets_web", "web.assets_frontend", "web.assets_tests"):
    bundle = env["ir.qweb"]._get_asset_bundle(bundle_name)  # noqa: F821  `env` is the Odoo shell's
    bundle.js()
    bundle.css()
env.cr.commit()  # noqa: F821
