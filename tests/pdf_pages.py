"""Single pages drawn for a purpose: locked, scanned, with a caption that runs downwards."""

from __future__ import annotations

from io import BytesIO

from pdfs import FONT, use_fonts
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def locked_pdf(text: str, password: str, owner: str, strength: int = 128) -> bytes:
    """Give a page with a line of text, locked for those who have no password, or for changes only."""
    stream = BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(password, owner, strength=strength))
    canvas.drawString(72, 700, text)
    canvas.save()
    return stream.getvalue()


def scanned_pdf(pages: int, text: str = "") -> bytes:
    """Give a PDF whose pages are pictures, with a page number under each; the first may hold text instead."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    use_fonts()
    grey = ImageReader(Image.new("L", (40, 56), 200))
    for number in range(pages):
        canvas.setFont(FONT, 12)
        if text and number == 0:
            for line, start in enumerate(range(0, len(text), 30)):
                canvas.drawString(72, 750 - 20 * line, text[start : start + 30])
        else:
            canvas.drawImage(grey, 20, 20, A4[0] - 40, A4[1] - 40)
            canvas.drawString(300, 30, str(number + 1))
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def captioned_pdf(caption: str, *, sideways: bool = False) -> bytes:
    """Draw a table of one caption that spans three numbered rows, the caption set downwards in a narrow cell."""
    stream = BytesIO()
    canvas = Canvas(stream)
    use_fonts()
    canvas.setFont(FONT, 10)
    for x in (100, 118, 250, 300):
        canvas.line(x, 700, x, 640)
    for y, start in ((700, 100), (680, 118), (660, 118), (640, 100)):
        canvas.line(start, y, 300, y)
    for row in range(3):
        canvas.drawString(120, 686 - 20 * row, f"{row + 1}.属于第{'一二三'[row]}类")
        canvas.drawString(270, 686 - 20 * row, str(row + 11))
    if sideways:
        canvas.saveState()
        canvas.translate(105, 698)
        canvas.rotate(-90)
        canvas.drawString(0, 0, caption)
        canvas.restoreState()
    for number, character in enumerate("" if sideways else caption):
        canvas.drawString(104, 690 - 9.5 * number, character)
    canvas.save()
    return stream.getvalue()
