"""Writes PDF files of the simplest kind, for files that no program makes."""

from __future__ import annotations

import zlib

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def text_pdf(pages: list[str]) -> bytes:
    """Return a PDF with a line of ASCII text on each page."""
    contents = [f"BT /F1 12 Tf 72 720 Td ({page}) Tj ET".encode() for page in pages]
    return _pdf(contents, b"/Font << /F1 3 0 R >>", _FONT)


def image_pdf(width: int, height: int, pixels: bytes) -> bytes:
    """Return a PDF whose only page is a picture of grey pixels, a byte each, as a scanner makes it."""
    data = zlib.compress(pixels)
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray"
        f" /BitsPerComponent 8 /Filter /FlateDecode /Length {len(data)} >>\nstream\n"
    ).encode()
    return _pdf([b"612 0 0 792 0 0 cm /P1 Do"], b"/XObject << /P1 3 0 R >>", image + data + b"\nendstream")


def _pdf(contents: list[bytes], resources: bytes, resource: bytes) -> bytes:
    """Return a file with a page for each content stream; object 3 is the only resource."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(contents))).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /MediaBox [0 0 612 792] /Count %d /Kids [%s] >>" % (len(contents), kids),
        resource,
    ]
    for content in contents:
        page = b"<< /Type /Page /Parent 2 0 R /Resources << %s >> /Contents %d 0 R >>"
        objects.append(page % (resources, len(objects) + 2))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    file, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return bytes(file + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer)
