"""PDF: marks on pages to tables and paragraphs."""
