"""How an export reads the database: in an order that does not depend on it."""

from pro_service.store.db import reading
from pro_service.store.models import Patient, Study
from pro_service.store.queries import dataset
from pro_service.store.queries.dataset.view import order_of_texts
from tests.trial import trial


def test_texts_are_sorted_alike_whatever_the_language_of_the_database(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        for number, code in enumerate(("b", "B", "a-1", "A", "a1", "a.1", "10", "9"), start=1):
            heroes.enrol(code, phone=f"+3363998000{number}")
        with heroes.app.app_context(), reading() as session:
            (study_id,) = session.query(Study.id).one()
            codes = [patient.code for patient in dataset.patients(session, study_id)]
            order = str(order_of_texts(session)(Patient.code))
    assert codes == sorted(codes)
    # A database whose own language sorts otherwise is not at hand: what is asked of it is.
    assert ("COLLATE" in order) == migrated_database.startswith("postgresql")
