"""What people may set on records of ours, also by RPC, where no screen stands between."""

from odoo import api, models
from odoo.exceptions import AccessError


class MarketplaceAccessGuard(models.AbstractModel):
    """Its read-only fields are written by code only, and it links to no record that its writer may not see.

    Of a model that other apps made, this holds for the fields that this app has added; of a dialogue, which is its
    opener's, only the links.
    """

    _name = "marketplace.access.guard"
    _description = "Guarded Marketplace Record"

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and self._is_written_by_code(field):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _is_written_by_code(self, field):
        return field.readonly and field.store and not self._transient and self._is_ours(field)

    @api.model
    def _is_ours(self, field):
        return field._module == "marketplace_connector"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuses links to records that the user may not see."""
        if not self.env.su:
            given = self._given_by_context()
            for values in vals_list:
                self._check_links({**given, **values})
        return super().create(vals_list)

    def write(self, vals):
        """Refuses links to records that the user may not see."""
        if not self.env.su:
            self._check_links(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Tells nothing of linked records that the user may not see."""
        if not self.env.su:
            given = self._given_by_context() if not self else {}
            self._check_links({**given, **values})
        return super().onchange(values, field_names, fields_spec)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Leaves no secret in a file, whoever exports, and by whatever path."""
        for path in fields:
            field = self._fields.get(path[0]) if path else None
            if field is not None and not field.exportable:
                raise AccessError(
                    self.env._(
                        "“%(field)s” is a secret and is not exported.", field=field._description_string(self.env)
                    )
                )
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    @api.model
    def _given_by_context(self):
        prefix = "default_"
        given = self.env.context.items()
        return {key.removeprefix(prefix): value for key, value in given if key.startswith(prefix)}

    @api.model
    def _check_links(self, values):
        """Raise AccessError where the values link to a record that the user may not read."""
        for name, value in values.items():
            field = self._fields.get(name)
            if not value or field is None or not field.relational or not self._is_ours(field):
                continue
            linked = self.env[field.comodel_name]
            if field.type == "many2one":
                ids = [value] if isinstance(value, int) else []
            else:
                ids, inner = _linked_by(value)
                for some in inner if hasattr(linked, "_check_links") else ():
                    linked._check_links(some)
            linked.browse(ids).exists().check_access("read")


def _linked_by(commands):
    """(ids, values of records that are made or changed) that the commands of an x2many field name."""
    ids, inner = [], []
    for command in commands if isinstance(commands, list | tuple) else ():
        if isinstance(command, int):
            ids.append(command)
        elif isinstance(command, list | tuple) and command:
            code, *rest = command
            if code in (0, 1) and len(rest) == 2 and isinstance(rest[1], dict):
                inner.append(rest[1])
            if code == 4 and rest:
                ids.append(rest[0])
            if code == 6 and len(rest) == 2:
                ids.extend(rest[1] or ())
    return [number for number in ids if isinstance(number, int)], inner
