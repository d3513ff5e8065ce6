"""Certified copies of each site's data: kept outside the database, for the site's own people alone."""

from pro_service.services.copies.checking import CopyFault, check_copy
from pro_service.services.copies.making import Made, make_copies, make_if_due
from pro_service.services.copies.shelf import CopyFound, copies_of, open_copy

__all__ = [
    "CopyFault",
    "CopyFound",
    "Made",
    "check_copy",
    "copies_of",
    "make_copies",
    "make_if_due",
    "open_copy",
]
