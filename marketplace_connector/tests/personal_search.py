"""Looks for a person in the whole database and in every file on the disk."""

import base64
import html
import io
import json
import os
import zipfile
from dataclasses import replace
from glob import glob

from odoo.tools import SQL, config
from odoo.tools.pdf import PdfFileReader

from ..simulator.catalogue import buyer as somebody

NAME, STREET, PHONE = "Zuleika O'Quill & Co", "77 Wobblethorpe Mews", "+6598761234"
NOTE, NUMBER = "Leave it at the oboe shop", 874019365
PERSONAL = (NAME, STREET, PHONE, NOTE, str(NUMBER), f"user_{NUMBER:x}")
TEXT_TYPES = ("text", "character varying", "character", "jsonb", "json", "bytea")


def spellings(text):
    """How the text may be written down: as it is, in HTML, in JSON."""
    escaped = {html.escape(text), html.escape(text, quote=False), text.replace("'", "&#39;").replace("&", "&amp;")}
    return {text, text.replace("&", "&amp;"), json.dumps(text)[1:-1], *escaped}


class PersonalSearch:
    """Mixed into a test case with the simulators; `self.person` is a buyer whom the platforms show in the clear."""

    def setUp(self):
        super().setUp()
        self.lazada.masks_buyers = False
        self.shopee.masked_fields = frozenset()
        stranger = somebody(self.lazada.random, "SG")
        self.person = replace(stranger, number=NUMBER, name=NAME, street=STREET, phone=PHONE)

    # === DATABASE === #

    def columns(self):
        """Where text may lie: a dict from the table to its columns."""
        self.env.cr.execute(
            SQL(
                """
                SELECT c.table_name, array_agg(c.column_name::text)
                  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
                 WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                       AND (c.data_type IN %s OR c.data_type IN ('ARRAY', 'USER-DEFINED'))
                 GROUP BY c.table_name
                """,
                TEXT_TYPES,
            )
        )
        return dict(self.env.cr.fetchall())

    def places_of(self, *texts):
        """The columns in which one of the texts stands: a set of (table, column)."""
        self.settle()
        spelled = sorted(set().union(*map(spellings, texts)))
        found = set()
        for table, columns in self.columns().items():
            holds = [SQL("COALESCE(bool_or(%s), false)", self._holds(column, spelled)) for column in columns]
            self.env.cr.execute(SQL("SELECT %s FROM %s", SQL(", ").join(holds), SQL.identifier(table)))
            found |= {(table, column) for column, is_in in zip(columns, self.env.cr.fetchone(), strict=True) if is_in}
        return found

    def _holds(self, column, texts):
        """Bytes are looked at as text: letters of ASCII show as they are."""
        holder = SQL("encode(%s, 'escape')" if column in ("db_datas", "file") else "%s::text", SQL.identifier(column))
        return SQL(" OR ").join(SQL("position(%s in %s) > 0", text, holder) for text in texts)

    def settle(self):
        """What Odoo does at the end of each transaction, and what it cleans away by itself within a day."""
        self.env.cr.precommit.run()
        self.env.flush_all()
        self.env["bus.bus"].search([]).unlink()

    # === FILES === #

    def files_with(self, *texts):
        """The names of the files in the filestore that hold one of the texts, inside of archives and PDFs too."""
        spelled = set().union(*map(spellings, texts))
        wanted = [text.encode(code) for text in spelled for code in ("utf-8", "utf-16-le")]
        wanted += [base64.b64encode(text.encode()) for text in texts]
        found = set()
        for folder, _folders, names in os.walk(config.filestore(self.env.cr.dbname)):
            if "checklist" in folder:
                continue
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    content = b"".join(_unpacked(file.read()))
                if any(part in content for part in wanted):
                    found.add(f"{os.path.basename(folder)}/{name}")
        return found

    def collect_garbage(self):
        """Let Odoo remove the files that no attachment has any more; those of this test it has to look at again."""
        self.env.flush_all()
        files = self.env["ir.attachment"]
        listed = [os.path.basename(path) for path in glob(files._full_path("checklist/*/*"))]
        files._gc_file_store_unsafe()
        for name in listed:
            if os.path.exists(files._full_path(f"{name[:2]}/{name}")):
                files._mark_for_gc(f"{name[:2]}/{name}")

    def owners(self, *texts):
        """The models whose attachments hold one of the texts."""
        files = self.env["ir.attachment"].with_context(skip_res_field_check=True)
        return set(files.search([("store_fname", "in", [*self.files_with(*texts)])]).mapped("res_model"))

    def assert_nowhere(self, *but, texts=PERSONAL):
        """The person stands nowhere, in attachments of the models `but` at most."""
        self.collect_garbage()
        indexed = {("ir_attachment", "index_content")} if but else set()
        self.assertLessEqual(self.places_of(*texts), indexed)
        self.assertLessEqual(self.owners(*texts), set(but))
        if not but:
            self.assertEqual(self.files_with(*texts), set())


def _unpacked(content):
    """The content, and what lies in it."""
    yield content
    if content.startswith(b"%PDF"):
        try:
            for page in PdfFileReader(io.BytesIO(content), strict=False).pages:
                yield page.extract_text().encode()
        except Exception:  # noqa: BLE001  what no reader reads
            return
    elif content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from _unpacked(archive.read(name))
        except zipfile.BadZipFile:
            return
