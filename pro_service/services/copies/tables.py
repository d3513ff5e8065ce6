"""The tables of a study parted by site, in one pass: each site's rows go into files of its own."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

from pro_service.core.dataset import (
    DICTIONARY,
    Row,
    Table,
    csv_header,
    csv_lines,
    dictionary_page,
    dictionary_rows,
)
from pro_service.services.exports.contents import Contents

_BATCH = 2_000


def write_tables(contents: Contents, *, folders: Mapping[str, Path]) -> None:
    """Write each table of the study into the folders of the sites (by code), complete with what explains it."""
    site_of = {person.patient.code: person.patient.site for person in contents.people}
    for table, rows in contents.tables():
        _part(table, rows, site_of, folders)
    definition = contents.definition()
    for folder in folders.values():
        page = folder / f"{DICTIONARY.name}.html"
        page.write_text(dictionary_page(definition), encoding="utf-8", newline="\n")
        with (folder / f"{DICTIONARY.name}.csv").open("xb") as file:
            file.write(csv_header(DICTIONARY).encode())
            file.write(csv_lines(DICTIONARY)(dictionary_rows(definition)).encode())


def _part(table: Table, rows: Iterator[Row], site_of: Mapping[str, str], folders: Mapping[str, Path]) -> None:
    lines, place = csv_lines(table), table.names.index("patient")
    with ExitStack() as stack:
        files = {
            site: stack.enter_context((folder / f"{table.name}.csv").open("xb"))
            for site, folder in folders.items()
        }
        for file in files.values():
            file.write(csv_header(table).encode())
        while batch := list(islice(rows, _BATCH)):
            for site, own in groupby(batch, key=lambda row: site_of.get(str(row[place]), "")):
                if site in files:
                    files[site].write(lines(own).encode())
