"""Forms of the register: the file to import."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField

from incident.domain.kernel.errors import Invalid
from incident.web.forms.base import Form


class UploadForm(Form):
    """A register kept elsewhere."""

    file = FileField(_l("File (CSV or XLSX)"))

    def read(self, most: int) -> tuple[str, bytes]:
        """Name and content of the file. Raises Invalid at the field."""
        given = self.file.data
        if not given or not getattr(given, "filename", ""):
            raise Invalid("Choose the file to import.", field="file")
        content = given.read(most + 1)
        if len(content) > most:
            raise Invalid("This file is larger than %(most)s MB. Split it.", field="file", most=most // 1024 // 1024)
        return str(given.filename)[-120:], content
