"""PDF from our own HTML, made in small fenced-in processes beside the web workers."""

from ecopter.platform.pdf.renderer import (
    Document,
    PdfRenderer,
    RendererPool,
    RendererProcess,
    RenderFailed,
)
from ecopter.platform.pdf.status import PdfStatus, pdf_available

__all__ = [
    "Document",
    "PdfRenderer",
    "PdfStatus",
    "RenderFailed",
    "RendererPool",
    "RendererProcess",
    "pdf_available",
]
