"""From facts to paper: notices, dossiers and the register entry, as text, page, e-mail, Word file and PDF.

All of it is pure: no database, no clock, no request; the same input gives the same bytes.

* ``notices``: ``TemplateWriter`` and ``DocumentRenderer``, behind the ports of the use cases.
* ``writing``, ``drafting``, ``templates``, ``notice_facts``, ``phrases``: from facts to Markdown, in five languages.
* ``model``, ``blocks``, ``markdown``, ``outline``: one document, parsed once, for all formats.
* ``pdf``, ``docx``, ``html``, ``text``: the formats.
* ``dossier``, ``sheets``, ``printing``: the authority's form, the register entry, and what stands around a text.
* ``differences``, ``readability``: what changed, and how hard it is to read.
* ``dossier_export``: everything about one incident as a verifiable archive.
"""
