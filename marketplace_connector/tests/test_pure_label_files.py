"""Labels that come in a ZIP. # R53"""

import io
import struct
import unittest
import zipfile

from ..marketplaces.errors import UnexpectedResponse
from ..marketplaces.label_files import MOST_BYTES, MOST_ENTRIES, unpacked

PDF = b"%%PDF-1.4\n%s\n%%%%EOF\n"


def packed(*files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


class TestUnpacked(unittest.TestCase):
    def assert_refused(self, content, words):
        with self.assertRaises(UnexpectedResponse) as caught:
            unpacked(content)
        self.assertIn(words, caught.exception.message)

    def test_one(self):
        self.assertEqual(unpacked(packed(("OFG1.pdf", PDF % b"1"))), ([PDF % b"1"], []))

    def test_several_in_their_order(self):
        """As the platform packed them, whatever they are called and in whatever folder."""
        files = [("z.pdf", PDF % b"1"), ("a/b.PDF", PDF % b"2"), ("m", PDF % b"3")]
        self.assertEqual(unpacked(packed(*files)), ([content for _name, content in files], []))

    def test_two_of_one_name(self):
        with self.assertWarns(UserWarning):
            content = packed(("1.pdf", PDF % b"1"), ("1.pdf", PDF % b"2"))
        self.assertEqual(unpacked(content), ([PDF % b"1", PDF % b"2"], []))

    def test_what_is_no_pdf_is_named(self):
        files = [
            ("1.pdf", PDF % b"1"),
            ("guide.txt", b"hello"),
            ("more.zip", packed(("2.pdf", PDF % b"2"))),
            ("0.pdf", b""),
        ]
        self.assertEqual(unpacked(packed(*files)), ([PDF % b"1"], ["guide.txt", "more.zip", "0.pdf"]))

    def test_what_systems_add_is_not(self):
        files = [("a/", b""), ("__MACOSX/._1.pdf", b"x"), ("a/.DS_Store", b"x"), ("a/1.pdf", PDF % b"1")]
        self.assertEqual(unpacked(packed(*files)), ([PDF % b"1"], []))

    def test_no_label(self):
        self.assert_refused(packed(), "nothing")
        self.assert_refused(packed(("label.html", b"<html>"), ("inner.zip", packed())), "label.html, inner.zip")
        self.assert_refused(packed(("1.pdf", PDF % b"1"), ("2.pdf", b"%PDF-1.4 and no end")), "2.pdf")

    def test_not_readable(self):
        whole = packed(("1.pdf", PDF % (b"1" * 5000)), method=zipfile.ZIP_STORED)
        for content in (b"PK\x03\x04", whole[:200], whole[: len(whole) // 2], whole.replace(b"111", b"222", 1)):
            self.assert_refused(content, "cannot be unpacked")
        locked = bytearray(whole)
        for place, header in ((6, b"PK\x03\x04"), (8, b"PK\x01\x02")):
            locked[whole.rindex(header) + place] |= 1  # the flag of an encrypted entry
        self.assert_refused(bytes(locked), "RuntimeError")

    def test_too_large(self):
        bomb = packed(("1.pdf", PDF % (b"0" * MOST_BYTES)))
        self.assertLess(len(bomb), MOST_BYTES // 100)
        self.assert_refused(bomb, "too large")
        self.assert_refused(packed(*((f"{n}.pdf", PDF % b"") for n in range(MOST_ENTRIES + 1))), "too large")

    def test_a_size_that_is_a_lie(self):
        """No more is unpacked than an entry says that it has."""
        liar = bytearray(packed(("1.pdf", PDF % (b"0" * MOST_BYTES))))
        directory = bytes(liar).rindex(b"PK\x01\x02")
        liar[directory + 24 : directory + 28] = struct.pack("<I", 100)
        self.assert_refused(bytes(liar), "cannot be unpacked")
