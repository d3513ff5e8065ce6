"""Why an export was not written, one problem a line."""

from pro_service.services.csv_table import InputError


class ExportError(InputError):
    """The export cannot be written as asked; the folder is as it was. `problems` lists everything in the way."""
